"""What a staff list comes to: every verdict, sets for each amount, and what is lacking."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.named import find_by_names, list_best_sold
from marketplace.core.heads import fold
from marketplace.core.money import format_yuan
from marketplace.ordering.models import BasketLine
from marketplace.ordering.queries.lists import offer
from marketplace.ordering.queries.templates import packs_of_lists
from marketplace.ordering.rules.gift_sets import (
    MOST_THINGS,
    GiftSet,
    lacking,
    names_in,
    read_code,
    read_words,
    suggest,
    take_apart,
)
from marketplace.ordering.rules.gifts import (
    MOST_AMOUNTS,
    MOST_GIFT_FEN,
    NOTHING_FITS,
    OVER_CHOICE,
    TOO_MANY_AMOUNTS,
    UNKNOWN_GIFT,
    GiftRow,
    GiftVerdict,
    choose,
    count_amounts,
    judge_gifts,
    wanted_of_gifts,
)
from marketplace.ordering.rules.lists import OfferedPack

# Of so many best-sold packs the suggestions are made, and of so many for one amount.
POOL = 240
POOL_OF_AMOUNT = 80

Problem = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Holder:
    """Whose basket and lists the suggestions may draw on."""

    unit_id: int
    person_id: int


@dataclass(frozen=True)
class Choice:
    """What was chosen for an amount: one of the sets, or one put together in words."""

    code: str = ""
    own: str = ""


@dataclass(frozen=True)
class Option:
    """A set that stays within an amount; `name` is that of a kept list."""

    given: GiftSet
    name: str = ""


@dataclass(frozen=True)
class AmountChoice:
    """An amount of the list with the sets that may stand for it."""

    amount_fen: int
    people: int
    options: tuple[Option, ...]
    chosen: GiftSet | None
    own: str = ""
    problem: Problem | None = None

    @property
    def left_fen(self) -> int:
        return self.amount_fen - self.chosen.total_fen if self.chosen else self.amount_fen


@dataclass(frozen=True)
class GiftSheet:
    """The list as it stands: every row, every amount, and what stands in the way."""

    verdicts: tuple[GiftVerdict, ...]
    amounts: tuple[AmountChoice, ...]
    problems: tuple[Problem, ...]
    wanted: Mapping[int, int] = field(default_factory=dict)

    @property
    def good(self) -> int:
        return sum(verdict.is_good for verdict in self.verdicts)

    @property
    def bad(self) -> int:
        return len(self.verdicts) - self.good

    @property
    def noteworthy(self) -> list[GiftVerdict]:
        """Rows that must change first, then those that may be a slip."""
        seen = [one for one in self.verdicts if not one.is_good or one.twice or one.is_open]
        return sorted(seen, key=lambda one: (one.is_good, not one.is_open, one.row.number))

    @property
    def plain(self) -> list[GiftVerdict]:
        return [one for one in self.verdicts if one.is_good and not one.twice and not one.is_open]

    @property
    def goods_fen(self) -> int:
        return sum(one.given.total_fen for one in self.verdicts if one.given)

    @property
    def is_ready(self) -> bool:
        """Whether everyone on the list has a gift that can be had."""
        return not self.problems and all(one.is_good and one.given for one in self.verdicts)


class _Shelf:
    """Packs that the list, the choices or the suggestions mean, read at once."""

    def __init__(self, session: Session, words: Sequence[str], ids: set[int], today: date) -> None:
        names = sorted({name for one in words for name in names_in(one)})
        numbers = {name for one in words for name, _packs in [(one, 1), *take_apart(one)]}
        ids |= {int(one[:18]) for one in numbers if one.isascii() and one.isdigit()}
        self.by_id = offer(session, ids | set(find_by_names(session, names)), today)
        self.by_name: dict[str, list[OfferedPack]] = defaultdict(list)
        for pack in self.by_id.values():
            if pack.is_on_sale:
                self.by_name[fold(pack.product_name)].append(pack)
                self.by_name[fold(pack.product_name + pack.pack_name)].append(pack)

    def read(self, words: str) -> GiftSet | str:
        return read_words(words, self.by_name, self.by_id)

    def set_of(self, packs: Mapping[int, int]) -> GiftSet | None:
        """The set of these packs, where all of them are sold."""
        parts = [(self.by_id.get(key), number) for key, number in packs.items()]
        sold = tuple((pack, number) for pack, number in parts if pack and pack.is_on_sale)
        return GiftSet(sold) if sold and len(sold) == len(parts) else None


def weigh(
    session: Session,
    rows: Sequence[GiftRow],
    choices: Mapping[int, Choice],
    holder: Holder,
    today: date,
) -> GiftSheet:
    """Judges a list. A handful of queries for any number of rows."""
    own = [choice.own for choice in choices.values() if choice.own]
    words = [*dict.fromkeys(row.gift for row in rows if row.gift), *own]
    kept, pool = _within_reach(session, rows, holder, today)
    coded = {key for choice in choices.values() for key in read_code(choice.code)}
    listed = {key for _name, packs in kept for key in packs}
    shelf = _Shelf(session, words, {*pool, *coded, *listed}, today)
    verdicts = judge_gifts(rows, {one: shelf.read(one) for one in words})
    counts = count_amounts(verdicts)
    problems: list[Problem] = []
    if len(counts) > MOST_AMOUNTS:
        problems.append((TOO_MANY_AMOUNTS, {"most": MOST_AMOUNTS, "amounts": len(counts)}))
        counts = {}
    sets = [(name, found) for name, packs in kept if (found := shelf.set_of(packs))]
    offered = [shelf.by_id[key] for key in pool if key in shelf.by_id]
    amounts = tuple(
        _choose(shelf, (amount_fen, people), choices.get(amount_fen), sets, offered)
        for amount_fen, people in counts.items()
    )
    problems += [one.problem for one in amounts if one.problem]
    verdicts = choose(verdicts, {one.amount_fen: one.chosen for one in amounts if one.chosen})
    wanted = wanted_of_gifts(verdicts)
    problems += lacking(wanted, shelf.by_id)
    return GiftSheet(tuple(verdicts), amounts, tuple(problems), wanted)


def _within_reach(
    session: Session, rows: Sequence[GiftRow], holder: Holder, today: date
) -> tuple[list[tuple[str, dict[int, int]]], list[int]]:
    """Kept lists, and packs that suggestions are made of: the basket first, then the best sold."""
    if not any(row.amount and not row.gift for row in rows):
        return [], []
    kept = packs_of_lists(session, holder.unit_id, holder.person_id, MOST_THINGS)
    mine = select(BasketLine.variant_id).where(BasketLine.person_id == holder.person_id)
    basket = session.scalars(mine.order_by(BasketLine.variant_id)).all()
    best = list_best_sold(session, today, MOST_GIFT_FEN, POOL)
    return kept, list(dict.fromkeys([*basket, *best]))


def _choose(
    shelf: _Shelf,
    amount: tuple[int, int],
    choice: Choice | None,
    kept: Sequence[tuple[str, GiftSet]],
    offered: Sequence[OfferedPack],
) -> AmountChoice:
    amount_fen, people = amount
    within = [pack for pack in offered if pack.price_fen <= amount_fen][:POOL_OF_AMOUNT]
    named = [Option(one, name) for name, one in kept if one.total_fen <= amount_fen]
    options = (*named, *map(Option, suggest(amount_fen, within, people)))
    chosen, problem = _chosen(shelf, amount_fen, choice, options)
    if problem is None and chosen is not None and chosen.total_fen > amount_fen:
        facts = {"amount": format_yuan(amount_fen), "sum": format_yuan(chosen.total_fen)}
        chosen, problem = None, (OVER_CHOICE, facts)
    if chosen is not None and chosen.code not in {one.given.code for one in options}:
        options = (Option(chosen), *options)
    return AmountChoice(amount_fen, people, options, chosen, choice.own if choice else "", problem)


def _chosen(
    shelf: _Shelf, amount_fen: int, choice: Choice | None, options: Sequence[Option]
) -> tuple[GiftSet | None, Problem | None]:
    """What was put together in words, what was chosen, or else what comes nearest."""
    if choice and choice.own:
        found = shelf.read(choice.own)
        if isinstance(found, GiftSet):
            return found, None
        return None, (UNKNOWN_GIFT, {"name": found[:60]})
    if choice and choice.code:
        chosen = shelf.set_of(read_code(choice.code))
        if chosen is not None:
            return chosen, None
    nearest = min(options, key=lambda one: amount_fen - one.given.total_fen, default=None)
    if nearest is None:
        return None, (NOTHING_FITS, {"amount": format_yuan(amount_fen)})
    return nearest.given, None
