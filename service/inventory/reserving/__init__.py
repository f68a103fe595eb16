"""Promises of stock: pools of a show or of orders, reservations settled in batches, picking first expired first out."""
