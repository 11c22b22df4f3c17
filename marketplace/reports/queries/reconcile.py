"""Proving the books: orders, payments, money, quota, villages and kept totals agree."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.attribution.queries import proof as villages
from marketplace.commission.queries import proof as commission
from marketplace.contracts.queries import proof as contracts
from marketplace.ledger import queries as ledger
from marketplace.ledger.rules import (
    buyer_account,
    credit_account,
    pending_account,
    producer_account,
    summed,
)
from marketplace.offline import queries as offline
from marketplace.ordering.queries.facts import (
    OrderSums,
    called_by_order,
    each_order,
    purchases_that_disagree,
    states_without_event,
)
from marketplace.ordering.queries.gift_proof import lists_that_disagree
from marketplace.ordering.queries.numbers import invoice_holders, registered_numbers
from marketplace.ordering.rules import OrderState
from marketplace.payments import queries as payments
from marketplace.payments.rules import account_of_method
from marketplace.quota import queries as quota
from marketplace.reports.queries.comparison import Break, Comparison, compare
from marketplace.reports.queries.counted import most_counted
from marketplace.reports.queries.earned import (
    boards_are_the_books,
    commission_follows_sales,
    commission_moves,
)
from marketplace.reports.queries.goods import prices_follow_entries, stock_follows_movements
from marketplace.reports.queries.outlets import outlets_agree
from marketplace.reports.queries.settled import commissions_add_up, settlements_add_up
from marketplace.reviews import queries as reviews

OWED = (OrderState.ACCEPTED, OrderState.COMPLETED)
Orders = Sequence[OrderSums]


def prove(session: Session) -> list[Comparison]:
    """Everything that is proved of the books, in the order in which money moves."""
    orders = list(each_order(session))
    return [comparison for check in CHECKS for comparison in check(session, orders)]


def reconcile(session: Session) -> list[Break]:
    """Every place where the books disagree; an empty list is the proof that they do not."""
    return [found for comparison in prove(session) for found in comparison.breaks]


def _order(key: int) -> str:
    return f"order:{key}"


def _account(key: str) -> str:
    return f"account:{key}"


def _orders_add_up(_session: Session, orders: Orders) -> Iterator[Comparison]:
    """An order is the sum of its lines; what is owed follows from what was accepted."""
    ordered = {order.order_id: order.ordered_fen for order in orders}
    yield compare("order.goods", ordered, {o.order_id: o.goods_fen for o in orders}, _order)
    owed = [order for order in orders if order.state in OWED]
    accepted = {order.order_id: _owed_fen(order) for order in owed}
    payable = {order.order_id: order.payable_fen for order in owed}
    yield compare("order.payable", accepted, payable, _order)


def _owed_fen(order: OrderSums) -> int:
    freight = order.freight_fen if order.accepted_fen else 0
    return order.accepted_fen + freight - order.given_back_fen


def _purchases_add_up(session: Session, _orders: Orders) -> Iterator[Comparison]:
    breaks = (
        Break("purchase.sum", f"purchase:{number}", summed, kept)
        for number, kept, summed in purchases_that_disagree(session)
    )
    yield Comparison("purchase.sum", tuple(breaks))


def _states_have_events(session: Session, orders: Orders) -> Iterator[Comparison]:
    breaks = (
        Break("order.event", f"order:{number}", None, None, state)
        for number, state in states_without_event(session)
    )
    yield Comparison("order.event", tuple(breaks), len(orders))


def _entries_balance(session: Session, _orders: Orders) -> Iterator[Comparison]:
    breaks = (
        Break("ledger.balance", f"ledger_entry:{source}", 0, total)
        for source, total in ledger.unbalanced_entries(session)
    )
    yield Comparison("ledger.balance", tuple(breaks))


def _balances_are_sums(session: Session, _orders: Orders) -> Iterator[Comparison]:
    summed, kept = ledger.summed_balances(session), ledger.list_balances(session)
    yield compare("ledger.total", summed, kept, _account)


def _ledger_follows_orders(session: Session, orders: Orders) -> Iterator[Comparison]:
    """Each order's postings to the producer's accounts are exactly what it is payable, less what
    the producer pays for its sale."""
    paid_on = commission.paid_by_order(session)
    owed = {
        order.order_id: paid_on.get(order.order_id, 0) - order.payable_fen
        for order in orders
        if order.state in OWED
    }
    pending = ledger.amounts_by_order(session, "liabilities:pending:")
    settled = ledger.amounts_by_order(session, "liabilities:producer:")
    found = {
        order: pending.get(order, 0) + settled.get(order, 0)
        for order in pending.keys() | settled.keys()
    }
    yield compare("ledger.order", owed, found, _order)


def _accounts_follow_orders(session: Session, orders: Orders) -> Iterator[Comparison]:
    """What each account holds follows from orders, payments and payouts alone."""
    moves = [move for order in orders for move in _of_order(order)]
    credit_of = {o.purchase_id: credit_account(o.unit_id, o.buyer_id) for o in orders}
    for received in payments.received_by_purchase(session):
        moves += [
            (account_of_method(received.method), received.amount_fen),
            (credit_of[received.purchase_id], -received.amount_fen),
        ]
    moves += payments.money_that_moved(session)
    moves += commission_moves(session)
    expected = {account: fen for account, fen in summed(moves).items() if fen}
    kept = {account: fen for account, fen in ledger.list_balances(session).items() if fen}
    yield compare("ledger.account", expected, kept, _account)


def _of_order(order: OrderSums) -> Iterator[tuple[str, int]]:
    """What was paid for the order and not given back; the rest of what came is credit."""
    holder = (order.unit_id, order.buyer_id)
    paid_fen = order.paid_fen - order.refunded_fen
    yield buyer_account(*holder), -paid_fen
    yield credit_account(*holder), paid_fen
    if order.state in OWED:
        completed = order.state == OrderState.COMPLETED
        owed_to = producer_account if completed else pending_account
        yield owed_to(order.producer_id), -order.payable_fen
        yield buyer_account(*holder), order.payable_fen


def _villages_follow_orders(session: Session, orders: Orders) -> Iterator[Comparison]:
    """The villages' parts of a completed order sum to its goods, fen by fen."""
    sold = {
        order.order_id: order.accepted_fen - order.given_back_fen
        for order in orders
        if order.state == OrderState.COMPLETED
    }
    yield compare("attribution.order", sold, villages.amounts_by_order(session), _order)


def _village_totals_are_sums(session: Session, _orders: Orders) -> Iterator[Comparison]:
    for scope, part in attribution.KEPT:
        kept = villages.kept_totals(session, scope, part)
        summed = villages.summed_entries(session, scope, part)
        check = f"attribution.{scope}.{part}"
        yield compare(check, summed, kept, lambda key: ":".join(map(str, key)))


def _quota_totals_are_sums(session: Session, _orders: Orders) -> Iterator[Comparison]:
    yield compare(
        "quota.total",
        quota.summed_entries(session),
        quota.kept_totals(session),
        lambda key: "unit:{}/rule:{}/year:{}".format(*key),
    )


def _quota_within_orders(session: Session, orders: Orders) -> Iterator[Comparison]:
    """No order counts more than what was accepted and kept of it (or ordered, until then), and
    none before the point at which its rule recognises."""
    by_id = {order.order_id: order for order in orders}
    points, with_freight = quota.points_by_code(session), quota.codes_with_freight(session)
    counted = quota.summed_by_order(session)
    breaks = []
    for (order_id, rule), amount_fen in sorted(counted.items()):
        order = by_id.get(order_id)
        most_fen = most_counted(order, points[rule], freight=rule in with_freight) if order else 0
        if not 0 <= amount_fen <= most_fen:
            row = f"order:{order_id}/rule:{rule}"
            breaks.append(Break("quota.order", row, most_fen, amount_fen))
    yield Comparison("quota.order", tuple(breaks), len(counted))


def _contracts_follow_orders(session: Session, _orders: Orders) -> Iterator[Comparison]:
    """What was called off a contract is the sum of its entries, and each order's entries are what
    the order still holds of it."""
    kept, summed_up = contracts.kept_totals(session), contracts.summed_entries(session)
    yield compare("contract.total", summed_up, kept, lambda number: f"contract:{number}")
    breaks = (
        Break("contract.line", f"contract_line:{line}", None, None, f"{packs} ≠ {said}")
        for line, packs, said in contracts.lines_that_disagree(session)
    )
    yield Comparison("contract.line", tuple(breaks))
    held = called_by_order(session)
    yield compare("contract.order", held, contracts.summed_by_order(session), _order)


def _offline_agrees(session: Session, _orders: Orders) -> Iterator[Comparison]:
    """What was bought offline is its lines, its villages' parts and its entries of the quota."""
    yield compare("offline.goods", *offline.purchase_figures(session), lambda key: f"offline:{key}")
    sold, counted = offline.line_figures(session)
    for check, expected, found in (
        ("offline.villages", sold, villages.amounts_by_offline_line(session)),
        ("offline.quota", counted, quota.summed_by_offline_line(session)),
    ):
        yield compare(check, expected, found, lambda key: f"offline_line:{key}")


def _numbers_are_registered(session: Session, _orders: Orders) -> Iterator[Comparison]:
    """Every invoice holds its number in the one register, and nobody else does."""
    held = {**invoice_holders(session), **offline.held_numbers(session)}
    held |= payments.commission_invoices(session)
    kept = registered_numbers(session)
    breaks = (
        Break("invoice.number", f"invoice_number:{number}", None, None, f"{one} ≠ {other}")
        for number in sorted(held.keys() | kept.keys())
        if (one := held.get(number)) != (other := kept.get(number))
    )
    yield Comparison("invoice.number", tuple(breaks), len(held))


def _lists_agree(session: Session, _orders: Orders) -> Iterator[Comparison]:
    """What people on a staff list get is what was ordered for them, and what left for them."""
    breaks = (
        Break("gifts", f"order_line:{line}", None, None, f"{people} ≠ {packs}")
        for line, people, packs in lists_that_disagree(session)
    )
    yield Comparison("gifts", tuple(breaks))


def _bank_agrees(session: Session, _orders: Orders) -> Iterator[Comparison]:
    """What was confirmed by hand is what the bank's own statement says."""
    breaks = (
        Break("bank.line", f"bank_line:{reference}", bank, by_hand)
        for reference, by_hand, bank in payments.list_known_that_differ(session)
    )
    yield Comparison("bank.line", tuple(breaks), payments.count_known(session))


def _reviews_are_totalled(session: Session, _orders: Orders) -> Iterator[Comparison]:
    """The average on a page is that of the reviews that are shown."""
    summed, kept = reviews.totals_as_summed_and_kept(session)
    for place, name in enumerate(("number", "stars")):
        yield compare(
            f"review.{name}",
            {key: figures[place] for key, figures in summed.items()},
            {key: figures[place] for key, figures in kept.items()},
            lambda key: key,
        )


CHECKS: tuple[Callable[[Session, Orders], Iterator[Comparison]], ...] = (
    _orders_add_up,
    _purchases_add_up,
    _states_have_events,
    _entries_balance,
    _balances_are_sums,
    _ledger_follows_orders,
    _accounts_follow_orders,
    _villages_follow_orders,
    commission_follows_sales,
    boards_are_the_books,
    _village_totals_are_sums,
    _quota_totals_are_sums,
    _quota_within_orders,
    _contracts_follow_orders,
    _offline_agrees,
    outlets_agree,
    _numbers_are_registered,
    stock_follows_movements,
    prices_follow_entries,
    _lists_agree,
    _bank_agrees,
    settlements_add_up,
    commissions_add_up,
    _reviews_are_totalled,
)
