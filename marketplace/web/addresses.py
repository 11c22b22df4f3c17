"""Numbers in addresses: those that no row can have are not found, rather than too large."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from marketplace.core.ids import MOST_DIGITS

# The pattern says how many digits there may be, not a comparison afterwards: an address that only
# fails there would count as known for other methods, and answer 405.
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


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"int": NumberConverter, "id": IdConverter}
