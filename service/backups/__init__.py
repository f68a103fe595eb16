"""Backups: one file with everything, that can be checked without being restored, and restored into an empty database."""
