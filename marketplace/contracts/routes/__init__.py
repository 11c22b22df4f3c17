"""Contracts and inquiries over HTTP."""

from marketplace.contracts.routes.room import blueprint

__all__ = ["blueprint"]
