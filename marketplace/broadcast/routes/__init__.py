"""Pages of what is seen of livestreams."""

from marketplace.broadcast.routes import home
from marketplace.broadcast.routes.room import blueprint

__all__ = ["blueprint", "home"]
