"""Pages that join features: a unit's year, the checkout, a statement; and every page's frame."""

from marketplace.reports.routes import campaigns, checkout, navigation, pieces, producer, unit
from marketplace.reports.routes.room import blueprint

__all__ = ["blueprint", "campaigns", "checkout", "navigation", "pieces", "producer", "unit"]
