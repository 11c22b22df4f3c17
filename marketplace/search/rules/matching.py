"""What an index is asked: words in fields, put together; the same for every engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

# The words of a name lie in all three; those of maker and workshop in the last two; places,
# categories and packs in the last alone.
TITLE, HEAD, ALL = "title", "head", "everything"
GRAMS, TEXT = "grams", "description"
# How the words of the name sound, and how all of them do.
TITLE_SOUND, SOUND = "title_sound", "sound"
# What every product carries.
KIND = "kind"
FIELDS = (TITLE, HEAD, ALL, GRAMS, TEXT, TITLE_SOUND, SOUND)


@dataclass(frozen=True)
class Word:
    field: str
    text: str


@dataclass(frozen=True)
class AtLeast:
    """So many of the parts, or more: all of them, any of them, or something between."""

    count: int
    parts: tuple["Expression", ...]


Expression: TypeAlias = Word | AtLeast
EVERYTHING = Word(KIND, "product")


def every(parts: Sequence[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else AtLeast(len(parts), tuple(parts))


def some(parts: Sequence[Expression]) -> Expression:
    distinct = tuple(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else AtLeast(1, distinct)


@dataclass(frozen=True)
class Match:
    """Tiers, each wider than the one before; the last is all that is found.

    What the first tier finds stands before what only the second finds, and so on. The order
    within a tier is the rank of the product.
    """

    tiers: tuple[Expression, ...]
    without: tuple[Expression, ...] = ()
