"""Brands, who may use them, and the papers goods need."""
