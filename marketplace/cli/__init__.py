"""The commands of the marketplace."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers everything this room offers."""
