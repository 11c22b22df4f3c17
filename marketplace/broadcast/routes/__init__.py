"""Pages of what is seen of livestreams."""

from marketplace.broadcast.routes import disputes, home, statement
from marketplace.broadcast.routes.room import blueprint

__all__ = ["blueprint", "disputes", "home", "statement"]
