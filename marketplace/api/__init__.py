"""JSON for other systems, version 1."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers everything this room offers."""
