"""Reads of contracts and inquiries."""
