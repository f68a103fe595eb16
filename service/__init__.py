"""AmurLive: bilingual catalogue, livestream scripts, listings and stock across the Amur."""

__version__ = "0.1.0"
