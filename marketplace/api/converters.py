"""Codes in addresses, and how the document says what addresses hold."""

from typing import Any

from werkzeug.routing import Map, UnicodeConverter


class DivisionConverter(UnicodeConverter):
    """A division code of twelve digits."""

    regex = r"[0-9]{12}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = type(self).regex


def division_schema(_converter: DivisionConverter) -> dict[str, Any]:
    """How OpenAPI says it."""
    return {"type": "string", "pattern": "^[0-9]{12}$", "examples": ["420304101201"]}
