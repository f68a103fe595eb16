"""Reads the two texts of a pair: quantities with their units, words, sentences, and what is no prose at all. Judges nothing."""
