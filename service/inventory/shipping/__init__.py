"""Goods on the road across the border: packing list, customs states as events, what arrived of it."""
