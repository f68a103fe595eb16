"""Listings for sales channels: what each channel takes is data in `catalogs/channels/`. The rules of channels know no database; gathering and checking do."""
