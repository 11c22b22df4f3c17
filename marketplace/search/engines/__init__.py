"""Engines behind the search index."""
