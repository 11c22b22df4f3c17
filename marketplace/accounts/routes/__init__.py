"""Logging in and out in one or two steps, one's own page, passwords and the language, over HTTP."""

from marketplace.accounts.routes import (
    authenticator,
    confirm,
    entrance,
    joining,
    outside,
    passkeys,
    passwords,
    profile,
    second_step,
    security,
    visitors,
)
from marketplace.accounts.routes.room import blueprint

__all__ = [
    "authenticator",
    "blueprint",
    "confirm",
    "entrance",
    "joining",
    "outside",
    "passkeys",
    "passwords",
    "profile",
    "second_step",
    "security",
    "visitors",
]
