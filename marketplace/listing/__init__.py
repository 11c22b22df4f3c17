"""How goods come onto the shelves: one by one, by file, changed with and without a review."""
