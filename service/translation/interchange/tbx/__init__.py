"""Term bases as TBX: version 3 written (TBX-Basic, DCT), every version and style read."""
