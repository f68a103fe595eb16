"""Listings for sales channels: what each channel takes is data in `catalogs/channels/`. Knows no database and no web."""
