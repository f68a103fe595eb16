"""AmurLive: bilingual catalogue, livestream scripts, listings and stock across the Amur."""
