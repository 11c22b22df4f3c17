"""Pages of what is seen of livestreams."""

from marketplace.broadcast.routes import boards, disputes, home, reports, statement
from marketplace.broadcast.routes.room import blueprint

__all__ = ["blueprint", "boards", "disputes", "home", "reports", "statement"]
