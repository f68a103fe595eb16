"""Prices: what an SKU costs in a show, and the reference price with the basis it may be named with."""
