"""Money that arrives and is matched."""
