"""Money, in double entry."""
