"""Files that people handed in: kept once, as they came, and shown only as what they are."""
