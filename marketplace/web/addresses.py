"""Addresses: numbers that no row can have are not found, rather than too large; and how an address
is put together is worked out when one is first asked for, not for all of them at the start."""

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, Rule

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


class Address(Rule):
    """Should the library once name its step otherwise, it merely takes that step at the start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_it = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_it(append_unknown)
            return compiled(rule, **values)

        return build


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"int": NumberConverter, "id": IdConverter}
