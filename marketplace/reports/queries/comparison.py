"""Two figures that should be one, and where they are not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Break:
    """Two figures that should be one. `row` names the very row that is wrong."""

    check: str
    row: str
    expected_fen: int | None
    found_fen: int | None
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """One thing that was proved: what was compared, what it came to, and where it disagrees.

    Without sums it is not about money; without a number of rows the database itself compared.
    """

    check: str
    breaks: tuple[Break, ...]
    rows: int | None = None
    expected_fen: int | None = None
    found_fen: int | None = None


def compare(
    check: str,
    expected: Mapping[Any, int],
    found: Mapping[Any, int],
    name: Callable[[Any], str],
) -> Comparison:
    keys = sorted(expected.keys() | found.keys(), key=str)
    pairs = ((key, expected.get(key, 0), found.get(key, 0)) for key in keys)
    breaks = (Break(check, name(key), one, other) for key, one, other in pairs if one != other)
    sums = (sum(expected.values()), sum(found.values()))
    return Comparison(check, tuple(breaks), len(keys), *sums)
