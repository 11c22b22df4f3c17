"""The cockpit's pages: villages without sales, suggested matches, jobs."""

from marketplace.cockpit.routes import jobs, matches, villages
from marketplace.cockpit.routes.room import blueprint

__all__ = ["blueprint", "jobs", "matches", "villages"]
