"""What the ledger tells: stock by place and state, ageing, how long it lasts, what to order, and alerts."""
