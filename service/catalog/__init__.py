"""The bilingual catalogue: families, products, SKUs and their texts, read from `catalogs/`."""
