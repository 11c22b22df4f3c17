"""Products, variants, batches, stock and origin shares."""
