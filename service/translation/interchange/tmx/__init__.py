"""Translation memories as TMX 1.4b: what every translation program reads and writes."""
