"""Short links, and what a browser remembers of them."""

from marketplace.livestream.routes import links
from marketplace.livestream.routes.room import blueprint

__all__ = ["blueprint", "links"]
