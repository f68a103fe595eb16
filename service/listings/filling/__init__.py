"""A seller's own back-office template (XLSX, CSV) filled with our listings; everything else in the file stays as it was."""
