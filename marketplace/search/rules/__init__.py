"""Pure rules of the search: from what people write to what an index is asked."""
