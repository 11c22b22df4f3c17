"""Numbers in addresses: those that no row can have are not found, rather than too large."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from marketplace.web.fields import MAX_ID


class IdConverter(IntegerConverter):
    """A whole number that fits into a column of ids."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": MAX_ID, **kwargs})


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
