"""Administration over HTTP: people, roles, settings, and the trail of changes."""

from marketplace.administration.routes import matrix, people, roles, settings, trail
from marketplace.administration.routes.room import blueprint

__all__ = ["blueprint", "matrix", "people", "roles", "settings", "trail"]
