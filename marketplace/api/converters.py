"""Ids and codes in addresses: what no database column could hold is not found."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from marketplace.web.fields import MAX_ID


class IdConverter(IntegerConverter):
    """An id: a whole number from 1 to what BIGINT holds."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=MAX_ID)


class DivisionConverter(UnicodeConverter):
    """A division code of twelve digits."""

    regex = r"[0-9]{12}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = type(self).regex


def division_schema(_converter: DivisionConverter) -> dict[str, Any]:
    """How OpenAPI says it."""
    return {"type": "string", "pattern": "^[0-9]{12}$", "examples": ["420304101201"]}
