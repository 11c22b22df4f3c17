"""Reads of the book of commission."""
