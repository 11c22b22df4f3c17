"""Reads of papers, and the facts that new ones are made of."""
