"""Texts without a counterpart in the other language: memory first, terms always, the machine for the rest, a person at the end."""
