"""Plans, sessions and their records; short links, and what a browser remembers of them."""

from marketplace.livestream.routes import desk, goods, links, plans, posters, public, sessions
from marketplace.livestream.routes.room import blueprint

__all__ = ["blueprint", "desk", "goods", "links", "plans", "posters", "public", "sessions"]
