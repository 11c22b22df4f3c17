"""Listing over HTTP: a producer's products, their photographs, and imports."""

from marketplace.listing.routes import imports, photos, products, steps, traders, workshops
from marketplace.listing.routes.room import blueprint

__all__ = ["blueprint", "imports", "photos", "products", "steps", "traders", "workshops"]
