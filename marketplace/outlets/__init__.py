"""Outlets: what cabinets, halls and zones sell over the counter, and what they cost."""
