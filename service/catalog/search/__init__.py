"""Finding cards by words of either language."""
