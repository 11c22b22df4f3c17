"""Canteen contractors: companies that buy for units, each under a mandate of that unit."""
