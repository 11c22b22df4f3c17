"""Verbs of the book of commission."""

from marketplace.commission.commands.book import claim, earn

__all__ = ["claim", "earn"]
