"""What a person is given: packs that are read from words, fit an amount, and are suggested."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import combinations
from typing import Any

from marketplace.core.errors import N_
from marketplace.core.heads import fold
from marketplace.ordering.rules.lists import OfferedPack

MOST_PACKS_EACH = 1_000
# A set has at most so many different things in it.
MOST_THINGS = 20
# Nobody wants a bag of thirty of the same; with fewer the suggestions stay gifts.
MOST_OF_ONE = 10

# What a choice leaves of the amount, and which packs of the pool with how many of each.
Candidate = tuple[int, tuple[tuple[int, int], ...]]

TOO_FEW_IN_ALL = N_(
    "「%(name)s」名单共要 %(wanted)s 件,库存只有 %(available)s 件。请换一种或减少人数。"
)
BELOW_MINIMUM_IN_ALL = N_("「%(name)s」至少买 %(minimum)s 件,名单共要 %(wanted)s 件。请换一种。")

_PARTS = re.compile(r"[+＋;;、\n]")
_TIMES = re.compile(r"^(.*\S)\s*[×xX*]\s*(\d{1,4})$", re.DOTALL)
_CODED = re.compile(r"^\d{1,18}x\d{1,4}(-\d{1,18}x\d{1,4})*$", re.ASCII)


@dataclass(frozen=True)
class GiftSet:
    """Packs that one person gets, each variant once."""

    parts: tuple[tuple[OfferedPack, int], ...]

    # Asked for by every row of a list, and the same for all of them.
    @cached_property
    def total_fen(self) -> int:
        return sum(pack.price_fen * packs for pack, packs in self.parts)

    @property
    def packs(self) -> int:
        return sum(packs for _pack, packs in self.parts)

    @property
    def producers(self) -> int:
        """Of how many producers it is put together: so many orders, freights and invoices."""
        return len({pack.producer_name for pack, _packs in self.parts})

    @property
    def code(self) -> str:
        """`12x2-15x1`: the set as a form sends it."""
        return "-".join(f"{pack.variant_id}x{packs}" for pack, packs in self.parts)

    @cached_property
    def words(self) -> str:
        return " + ".join(
            f"{pack.product_name} {pack.pack_name} ×{packs}" for pack, packs in self.parts
        )

    def times(self, number: int) -> "GiftSet":
        return GiftSet(tuple((pack, packs * number) for pack, packs in self.parts))


def set_of(parts: Sequence[tuple[OfferedPack, int]]) -> GiftSet:
    """A set in which each variant stands once."""
    counted: dict[int, tuple[OfferedPack, int]] = {}
    for pack, packs in parts:
        before = counted.get(pack.variant_id, (pack, 0))[1]
        counted[pack.variant_id] = (pack, before + packs)
    return GiftSet(tuple(counted.values()))


def read_code(code: str) -> dict[int, int]:
    """Packs by variant of a set as a form sent it; nothing where it is none."""
    if not _CODED.match(code):
        return {}
    pairs = (part.split("x") for part in code.split("-"))
    return {int(variant): int(packs) for variant, packs in pairs if int(packs)}


def take_apart(words: str) -> list[tuple[str, int]]:
    """Names with how many of each: 「香菇×2 + 粉条」 is two of the one and one of the other."""
    return [_counted(part.strip()) for part in _PARTS.split(words) if part.strip()]


def _counted(part: str) -> tuple[str, int]:
    found = _TIMES.match(unicodedata.normalize("NFKC", part))
    return (found[1], int(found[2])) if found else (part, 1)


def names_in(words: str) -> Iterator[str]:
    """Every name of a product that such words may hold: a pack's name may follow after a blank."""
    parts = [name for name, _packs in take_apart(words)]
    for name in dict.fromkeys([words.strip(), *parts]):
        yield name
        for found in re.finditer(r"[\s/]+", name):
            yield name[: found.start()]


def fitting(pool: Sequence[OfferedPack], amount_fen: int, people: int) -> list[OfferedPack]:
    """Packs that one of could go to each of so many people within the amount."""
    return [
        pack
        for pack in pool
        if pack.is_on_sale
        and 0 < pack.price_fen <= amount_fen
        and pack.available >= people >= pack.minimum_quantity
    ]


def suggest(
    amount_fen: int, pool: Sequence[OfferedPack], people: int, most: int = 8
) -> list[GiftSet]:
    """Sets that come nearest to the amount and do not exceed it, the nearest first.

    Several of one thing, or one of each of two or three: of the latter none in the pool is
    nearer than those that are named. Some come from one producer, which saves freight.
    """
    fits = fitting(pool, amount_fen, people)
    packs = sorted(fits, key=lambda one: (one.price_fen, one.variant_id))
    prices = [pack.price_fen for pack in packs]
    found = nsmallest(most // 2, _several(packs, amount_fen, people))
    found += nsmallest(most // 2, _mixed(prices, amount_fen, 2))
    found += nsmallest(most // 4, _mixed(prices, amount_fen, 3))
    found += nsmallest(most // 2, _of_one_producer(packs, amount_fen))
    nearest = sorted(dict.fromkeys(found), key=lambda one: (one[0], len(one[1])))
    return [GiftSet(tuple((packs[at], count) for at, count in parts)) for _short, parts in nearest]


def _of_one_producer(packs: Sequence[OfferedPack], amount_fen: int) -> Iterator[Candidate]:
    """Different things that travel together: one order, one freight, one invoice."""
    theirs: dict[str, list[int]] = {}
    for place, pack in enumerate(packs):
        theirs.setdefault(pack.producer_name, []).append(place)
    for places in theirs.values():
        prices = [packs[place].price_fen for place in places]
        for things in (2, 3):
            for short_fen, parts in _mixed(prices, amount_fen, things):
                yield short_fen, tuple((places[at], count) for at, count in parts)


def _several(packs: Sequence[OfferedPack], amount_fen: int, people: int) -> Iterator[Candidate]:
    for place, pack in enumerate(packs):
        count = min(amount_fen // pack.price_fen, pack.available // people, MOST_OF_ONE)
        yield amount_fen - pack.price_fen * count, ((place, count),)


def _mixed(prices: Sequence[int], amount_fen: int, things: int) -> Iterator[Candidate]:
    """For each choice of the dearer things, the dearest one that still fits beside them."""
    for chosen in combinations(range(len(prices)), things - 1):
        left_fen = amount_fen - sum(prices[place] for place in chosen)
        last = min(bisect_right(prices, left_fen), chosen[0]) - 1
        if last >= 0:
            parts = tuple((place, 1) for place in (*reversed(chosen), last))
            yield left_fen - prices[last], parts


def read_words(
    words: str, by_name: Mapping[str, Sequence[OfferedPack]], by_id: Mapping[int, OfferedPack]
) -> GiftSet | str:
    """The set that words mean, or the part of them that is not understood."""
    whole = _find(words, by_name, by_id)
    if whole is not None:
        return GiftSet(((whole, 1),))
    parts = []
    for name, packs in take_apart(words)[: MOST_THINGS + 1]:
        pack = _find(name, by_name, by_id)
        if pack is None or packs < 1:
            return name
        parts.append((pack, packs))
    return set_of(parts) if 0 < len(parts) <= MOST_THINGS else words


def _find(
    name: str, by_name: Mapping[str, Sequence[OfferedPack]], by_id: Mapping[int, OfferedPack]
) -> OfferedPack | None:
    """The one pack of a number or a name; None where there is none or more than one."""
    number = unicodedata.normalize("NFKC", name).strip()
    if number.isascii() and number.isdigit():
        return by_id.get(int(number[:19]))
    named = by_name.get(fold(name).replace("/", ""), ())
    return named[0] if len(named) == 1 else None


def lacking(
    wanted: Mapping[int, int], packs: Mapping[int, OfferedPack]
) -> list[tuple[str, dict[str, Any]]]:
    """What cannot be had in the number that all people need together, in words."""
    problems: list[tuple[str, dict[str, Any]]] = []
    for variant_id, quantity in wanted.items():
        pack = packs[variant_id]
        facts = {"name": f"{pack.product_name} {pack.pack_name}", "wanted": quantity}
        if quantity > pack.available:
            problems.append((TOO_FEW_IN_ALL, {**facts, "available": pack.available}))
        elif quantity < pack.minimum_quantity:
            problems.append((BELOW_MINIMUM_IN_ALL, {**facts, "minimum": pack.minimum_quantity}))
    return problems
