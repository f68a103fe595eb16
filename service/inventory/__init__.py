"""Stock across the border: places, lots, a ledger of movements, reservations, shipments, stocktakes, and what all of it tells."""
