"""Baskets that close a gap: what may be chosen, how it is chosen, and in which words it is told."""
