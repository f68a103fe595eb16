"""The translation memory: reviewed pairs of Chinese and Russian, and the ways to find them again."""
