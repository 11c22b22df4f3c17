"""Producers and their workshops."""
