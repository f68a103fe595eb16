"""Agreed words: what a thing is called in both languages, which wordings to avoid, and whether a text keeps to it."""
