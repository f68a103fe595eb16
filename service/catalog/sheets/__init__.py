"""Catalogue sheets: XLSX, CSV and YAML in and out."""
