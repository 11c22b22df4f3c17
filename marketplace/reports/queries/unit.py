"""A unit's year: target, counted, waiting and why, gap, and where it is heading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.paging import Page, PageRequest
from marketplace.filings.queries import plans_of
from marketplace.offline.queries import numbers_of
from marketplace.ordering.queries import WaitingOrder, list_waiting, order_numbers, would_count
from marketplace.ordering.queries.individual import private_orders
from marketplace.ordering.queries.waiting import is_counted
from marketplace.outlets.queries import receipt_numbers
from marketplace.quota.queries import (
    counted_by_rule,
    counted_last_year,
    list_entries,
    offline_by_rule,
    rules_in_force,
    rules_named,
)
from marketplace.quota.rules import Bases, Basis, Obstacle, Progress, Rule, progress
from marketplace.units.queries import get_unit, headcount_on


@dataclass(frozen=True)
class WaitingRow:
    """An order that does not count yet, what it would count, and what it waits for."""

    order_id: int
    number: str
    purchase_id: int
    producer_name: str
    amount_fen: int
    ordered_on: date
    state: str
    payment_state: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class CountedRow:
    """One entry of the quota, with the order, offline purchase or receipt it belongs to."""

    order_id: int | None
    offline_id: int | None
    receipt_id: int | None
    # Bought by somebody for themselves: no number that would lead to them.
    is_private: bool
    number: str
    rule_id: int
    # The version that counted it, and the code that it has in common with the others.
    rule_code: str
    rule_name: str
    kind: str
    amount_fen: int
    fund: str
    ordered_on: date
    counted_on: date

    @property
    def is_cross_year(self) -> bool:
        return self.ordered_on.year != self.counted_on.year


@dataclass(frozen=True)
class UnitYear:
    """Where a unit stands in a year, under each rule that it stands under."""

    unit_id: int
    name: str
    year: int
    headcount: int
    rules: tuple[Progress, ...]
    waiting: tuple[WaitingRow, ...]
    # As much of what counts as was bought offline, by rule.
    offline_fen: Mapping[int, int]

    @property
    def waiting_fen(self) -> int:
        """What all the orders that wait would count."""
        return sum(row.amount_fen for row in self.waiting)

    @property
    def main(self) -> Progress | None:
        """The rule whose bar is always in sight."""
        floors = [rule for rule in self.rules if rule.basis == Basis.PER_HEAD_FLOOR]
        return next(iter([*floors, *self.rules]), None)


def _missing(rules: Sequence[Rule], order: WaitingOrder) -> tuple[str, ...]:
    """What the order waits for, and what would keep it from counting even when it is complete."""
    hopeless = []
    if rules and not any(order.fund in rule.funds for rule in rules):
        hopeless.append(Obstacle.FUND)
    elif rules and not any(would_count(rule, order) for rule in rules):
        hopeless.append(Obstacle.CERTIFICATE)
    return (*order.missing, *hopeless)


def _row(rules: Sequence[Rule], order: WaitingOrder) -> WaitingRow:
    return WaitingRow(
        order_id=order.order_id,
        number=order.number,
        purchase_id=order.purchase_id,
        producer_name=order.producer_name,
        amount_fen=max((would_count(rule, order) for rule in rules), default=0),
        ordered_on=day_of(order.created_at),
        state=order.state,
        payment_state=order.payment_state,
        missing=_missing(rules, order),
    )


def _still_waits(rules: Sequence[Rule], order: WaitingOrder) -> bool:
    """Whether some rule that asks for this fund does not count the order yet, or its freight."""
    listing = [rule for rule in rules if order.fund in rule.funds]
    return not listing or any(
        not is_counted(rule, order) or would_count(rule, order) for rule in listing
    )


def unit_year(
    session: Session, unit_id: int, year: int, today: date, on: date | None = None
) -> UnitYear:
    """Everything the unit's page says, from kept totals and the orders on their way; as of the
    end of an earlier day from the entries, without what was on its way then."""
    unit = get_unit(session, unit_id)
    headcount = headcount_on(session, unit_id, min(on or today, date(year, 12, 31)))
    rules = rules_in_force(session, year, unit.division_code)
    counted = counted_by_rule(session, unit_id, year, on)
    on_their_way = list_waiting(session, unit_id) if year == today.year and on is None else []
    waiting = [order for order in on_their_way if _still_waits(rules, order)]
    bases = _bases(session, unit_id, year, rules, headcount)
    return UnitYear(
        unit_id=unit.id,
        name=unit.name,
        year=year,
        headcount=headcount,
        rules=tuple(
            progress(
                rule,
                bases[rule.rule_id],
                (
                    counted.get(rule.rule_id, 0),
                    sum(would_count(rule, order) for order in waiting),
                ),
                on or today,
            )
            for rule in rules
        ),
        waiting=tuple(_row(rules, order) for order in waiting),
        offline_fen=offline_by_rule(session, unit_id, year, on),
    )


def _bases(
    session: Session, unit_id: int, year: int, rules: Sequence[Rule], headcount: int
) -> dict[int, Bases]:
    """What each rule multiplies; plans and last year are read only where a rule asks for them."""
    asked = {rule.basis for rule in rules}
    plans = {}
    if asked & {Basis.CANTEEN_RATIO, Basis.WELFARE_RATIO}:
        plans = plans_of(session, [unit_id], year)
    before = {}
    if Basis.NOT_BELOW_LAST_YEAR in asked:
        before = counted_last_year(session, unit_id, year)
    canteen_fen, union_fen = plans.get(unit_id, (0, 0))
    return {
        rule.rule_id: Bases(headcount, canteen_fen, union_fen, before.get(rule.code, 0))
        for rule in rules
    }


def list_quota_entries(
    session: Session, unit_id: int, year: int, page: PageRequest, on: date | None = None
) -> Page[CountedRow]:
    """The entries of a unit's year with the numbers of their orders, offline purchases or
    receipts, the newest first."""
    entries = list_entries(session, unit_id, year, page, on)
    ordered = [entry.order_id for entry in entries.items if entry.order_id is not None]
    offline = [entry.offline_id for entry in entries.items if entry.offline_id is not None]
    receipts = [entry.receipt_id for entry in entries.items if entry.receipt_id is not None]
    private = private_orders(session, ordered)
    rules = rules_named(session, {entry.rule_id for entry in entries.items})
    by_order, by_offline = order_numbers(session, ordered), numbers_of(session, offline)
    by_receipt = receipt_numbers(session, receipts) if receipts else {}
    rows = [
        CountedRow(
            order_id=None if entry.order_id in private else entry.order_id,
            offline_id=entry.offline_id,
            receipt_id=entry.receipt_id,
            is_private=entry.order_id in private,
            number=_number(
                (by_order, entry.order_id),
                (by_offline, entry.offline_id),
                (by_receipt, entry.receipt_id),
            )
            if entry.order_id not in private
            else "",
            rule_id=entry.rule_id,
            rule_code=rules[entry.rule_id][0],
            rule_name=rules[entry.rule_id][1],
            kind=entry.kind,
            amount_fen=entry.amount_fen,
            fund=entry.fund,
            ordered_on=entry.ordered_on,
            counted_on=entry.counted_on,
        )
        for entry in entries.items
    ]
    return Page(rows, entries.page, entries.per_page, entries.total)


def _number(*held: tuple[Mapping[int, str], int | None]) -> str:
    """The number of the one thing that an entry belongs to."""
    return next(numbers[key] for numbers, key in held if key is not None)
