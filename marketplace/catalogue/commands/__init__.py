"""Verbs that change the catalogue and its stock."""

from marketplace.catalogue.commands.stock import add_sold, issue, put_back, release, reserve

__all__ = ["add_sold", "issue", "put_back", "release", "reserve"]
