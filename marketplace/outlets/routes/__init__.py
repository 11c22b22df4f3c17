"""Outlets over HTTP."""

from marketplace.outlets.routes import desk, receipts, reports
from marketplace.outlets.routes.room import blueprint

__all__ = ["blueprint", "desk", "receipts", "reports"]
