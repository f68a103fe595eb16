"""Dictionaries in DSL, the form of Lingvo and of the large Chinese–Russian dictionary 大БКРС."""
