"""The index of the catalogue."""
