"""Signals over HTTP: for the centre, for the unit or producer that is asked, and thresholds."""

from marketplace.oversight.routes import asked, desk, rules
from marketplace.oversight.routes.room import blueprint

__all__ = ["asked", "blueprint", "desk", "rules"]
