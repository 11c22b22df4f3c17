"""Privacy over HTTP: one's own data, being forgotten, and what the centre sees of it."""

from marketplace.privacy.routes import account, desk
from marketplace.privacy.routes.room import blueprint

__all__ = ["account", "blueprint", "desk"]
