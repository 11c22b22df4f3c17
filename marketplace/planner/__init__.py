"""What to buy so that a unit meets its year: baskets that fit, and why these."""
