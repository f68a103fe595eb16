"""Livestream shows: composing timed bilingual scripts from facts and authored wording, storing and exporting them."""
