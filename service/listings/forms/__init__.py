"""The forms in which channels take listings, stock and prices. Pure: a listing goes in, what is sent comes out."""
