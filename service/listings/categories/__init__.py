"""The second layer of channel rules: categories of platforms, their attributes and dictionaries, taken from the platforms' own answers."""
