"""What is really there: stocktakes counted blind and approved by a second person, other people's stock reports reconciled."""
