"""Chinese and Russian as spoken: agreement, numerals, money, names, pace. Knows no database."""
