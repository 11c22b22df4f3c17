"""Logging in and out, one's own page, passwords and the language, over HTTP."""

from marketplace.accounts.routes import entrance, passwords, profile, visitors
from marketplace.accounts.routes.room import blueprint

__all__ = ["blueprint", "entrance", "passwords", "profile", "visitors"]
