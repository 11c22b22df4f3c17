"""Pages that join features: a unit's year, and the checkout."""

from marketplace.reports.routes import checkout, unit
from marketplace.reports.routes.room import blueprint

__all__ = ["blueprint", "checkout", "unit"]
