"""Numbers in addresses: those that no row can have are not found, rather than too large."""

import unicodedata

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# What a column of ids holds in any case. The pattern says it, not a comparison afterwards: an
# address that only fails there would count as known for other methods, and answer 405.
MOST_DIGITS = 18
MAX_NUMBER = 10**MOST_DIGITS - 1


class NumberConverter(IntegerConverter):
    """A whole number that fits into a column of ids."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"

    def __init__(self, url_map: Map, least: int = 0) -> None:
        super().__init__(url_map, min=least, max=MAX_NUMBER)


class IdConverter(NumberConverter):
    """An id as we give them: from 1, and without zeros before it."""

    regex = rf"[1-9][0-9]{{0,{MOST_DIGITS - 1}}}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, least=1)


def number_of(typed: str) -> int | None:
    """The number that typed digits stand for, where any row could have it; full-width digits too,
    as forms take them."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not (plain.isascii() and plain.isdigit()):
        return None
    digits = plain.lstrip("0")
    return int(digits or 0) if len(digits) <= MOST_DIGITS else None


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"int": NumberConverter, "id": IdConverter}
