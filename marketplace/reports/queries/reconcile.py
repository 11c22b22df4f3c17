"""Proving the books: orders, payments, money, quota, villages and kept totals agree."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.catalogue.queries import stock_that_disagrees
from marketplace.ledger import queries as ledger
from marketplace.ledger.rules import (
    ESCROW,
    buyer_account,
    credit_account,
    pending_account,
    producer_account,
)
from marketplace.ordering.queries.facts import (
    OrderSums,
    each_order,
    purchases_that_disagree,
    states_without_event,
)
from marketplace.ordering.rules import OrderState
from marketplace.payments.queries import received_by_purchase
from marketplace.quota import queries as quota


@dataclass(frozen=True)
class Break:
    """Two figures that should be one. `row` names the very row that is wrong."""

    check: str
    row: str
    expected_fen: int | None
    found_fen: int | None
    note: str = ""


OWED = (OrderState.ACCEPTED, OrderState.COMPLETED)


def reconcile(session: Session) -> list[Break]:
    """Every place where the books disagree; an empty list is the proof that they do not."""
    orders = list(each_order(session))
    return [found for check in CHECKS for found in check(session, orders)]


def _differences(
    check: str,
    expected: Mapping[Any, int],
    found: Mapping[Any, int],
    name: Callable[[Any], str] = str,
) -> Iterator[Break]:
    for key in sorted(expected.keys() | found.keys(), key=str):
        wanted, there = expected.get(key, 0), found.get(key, 0)
        if wanted != there:
            yield Break(check, name(key), wanted, there)


def _orders_add_up(_session: Session, orders: Iterable[OrderSums]) -> Iterator[Break]:
    """An order is the sum of its lines; what is owed follows from what was accepted."""
    for order in orders:
        if order.goods_fen != order.ordered_fen:
            yield Break(
                "order.goods", f"order:{order.order_id}", order.ordered_fen, order.goods_fen
            )
        if order.state in OWED:
            freight = order.freight_fen if order.accepted_fen else 0
            owed = order.accepted_fen + freight - order.given_back_fen
            if order.payable_fen != owed:
                row = f"order:{order.order_id}"
                yield Break("order.payable", row, owed, order.payable_fen)


def _purchases_add_up(session: Session, _orders: Iterable[OrderSums]) -> Iterator[Break]:
    for number, kept, summed in purchases_that_disagree(session):
        yield Break("purchase.sum", f"purchase:{number}", summed, kept)


def _states_have_events(session: Session, _orders: Iterable[OrderSums]) -> Iterator[Break]:
    for number, state in states_without_event(session):
        yield Break("order.event", f"order:{number}", None, None, state)


def _entries_balance(session: Session, _orders: Iterable[OrderSums]) -> Iterator[Break]:
    for source, total in ledger.unbalanced_entries(session):
        yield Break("ledger.balance", f"ledger_entry:{source}", 0, total)


def _balances_are_sums(session: Session, _orders: Iterable[OrderSums]) -> Iterator[Break]:
    expected, found = ledger.summed_balances(session), ledger.list_balances(session)
    yield from _differences("ledger.total", expected, found, lambda key: f"account:{key}")


def _ledger_follows_orders(session: Session, orders: Iterable[OrderSums]) -> Iterator[Break]:
    """Each order's postings to the producer's accounts are exactly what it is payable."""
    owed = {order.order_id: -order.payable_fen for order in orders if order.state in OWED}
    pending = ledger.amounts_by_order(session, "liabilities:pending:")
    settled = ledger.amounts_by_order(session, "liabilities:producer:")
    found = {
        order: pending.get(order, 0) + settled.get(order, 0)
        for order in pending.keys() | settled.keys()
    }
    yield from _differences("ledger.order", owed, found, lambda key: f"order:{key}")


def _accounts_follow_orders(session: Session, orders: Iterable[OrderSums]) -> Iterator[Break]:
    """What is held for buyers and owed to producers follows from orders and payments alone."""
    received = received_by_purchase(session)
    expected: dict[str, int] = {ESCROW: sum(received.values())}
    credit_of: dict[int, str] = {}

    def add(account: str, amount_fen: int) -> None:
        expected[account] = expected.get(account, 0) + amount_fen

    for order in orders:
        buyer = buyer_account(order.unit_id, order.buyer_id)
        credit = credit_of[order.purchase_id] = credit_account(order.unit_id, order.buyer_id)
        # What was paid for the order and not given back; the rest of what came is credit.
        add(buyer, order.refunded_fen - order.paid_fen)
        add(credit, order.paid_fen - order.refunded_fen)
        if order.state in OWED:
            completed = order.state == OrderState.COMPLETED
            producer = producer_account if completed else pending_account
            add(producer(order.producer_id), -order.payable_fen)
            add(buyer, order.payable_fen)
    for purchase_id, received_fen in received.items():
        add(credit_of[purchase_id], -received_fen)
    nonzero = {account: amount for account, amount in expected.items() if amount}
    kept = {account: amount for account, amount in ledger.list_balances(session).items() if amount}
    yield from _differences("ledger.account", nonzero, kept, lambda key: f"account:{key}")


def _villages_follow_orders(session: Session, orders: Iterable[OrderSums]) -> Iterator[Break]:
    """The villages' parts of a completed order sum to its goods, fen by fen."""
    sold = {
        order.order_id: order.accepted_fen - order.given_back_fen
        for order in orders
        if order.state == OrderState.COMPLETED
    }
    found = attribution.amounts_by_order(session)
    yield from _differences("attribution.order", sold, found, lambda key: f"order:{key}")


def _village_totals_are_sums(session: Session, _orders: Iterable[OrderSums]) -> Iterator[Break]:
    for scope, part in attribution.KEPT:
        kept = attribution.kept_totals(session, scope, part)
        summed = attribution.summed_entries(session, scope, part)
        check = f"attribution.{scope}.{part}"
        yield from _differences(check, summed, kept, lambda key: ":".join(map(str, key)))


def _quota_totals_are_sums(session: Session, _orders: Iterable[OrderSums]) -> Iterator[Break]:
    yield from _differences(
        "quota.total",
        quota.summed_entries(session),
        quota.kept_totals(session),
        lambda key: "unit:{}/rule:{}/year:{}".format(*key),
    )


def _quota_within_orders(session: Session, orders: Iterable[OrderSums]) -> Iterator[Break]:
    """No order counts more than what was accepted and kept of it, and none that is not complete."""
    most = {
        order.order_id: order.accepted_fen - order.given_back_fen
        if order.state == OrderState.COMPLETED
        else 0
        for order in orders
    }
    counted = quota.summed_by_order(session)
    for (order_id, rule), amount_fen in sorted(counted.items()):
        if not 0 <= amount_fen <= most.get(order_id, 0):
            row = f"order:{order_id}/rule:{rule}"
            yield Break("quota.order", row, most.get(order_id, 0), amount_fen)


def _stock_follows_movements(session: Session, _orders: Iterable[OrderSums]) -> Iterator[Break]:
    for code, expected, found in stock_that_disagrees(session):
        yield Break("stock", f"batch:{code}", None, None, f"{expected} ≠ {found}")


CHECKS: tuple[Callable[[Session, list[OrderSums]], Iterator[Break]], ...] = (
    _orders_add_up,
    _purchases_add_up,
    _states_have_events,
    _entries_balance,
    _balances_are_sums,
    _ledger_follows_orders,
    _accounts_follow_orders,
    _villages_follow_orders,
    _village_totals_are_sums,
    _quota_totals_are_sums,
    _quota_within_orders,
    _stock_follows_movements,
)
