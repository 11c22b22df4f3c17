"""The board of a session says what the books say, at once and in the end."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import update

from benchmarks.statements import counted
from marketplace.attribution.queries import parts_of, total_of
from marketplace.broadcast.rules.board import minute_of, told_to_all, told_to_ours, window
from marketplace.broadcast.rules.kept import KeptBoards
from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.rules import ReceivedBatch
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import agency_account, host_account
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.short import agree_short, ask_short
from marketplace.ordering.models import OrderLine
from marketplace.ordering.rules import LineVerdict, Parcel, RefundedLine, RefundWish
from marketplace.ordering.rules.short import ShortWish
from marketplace.payments import commands as payments
from marketplace.payments.queries import EVERY_LINE, earnings_of
from marketplace.payments.rules.commissions import HOST, Payee
from marketplace.reports.queries.reconcile import reconcile
from tests.broadcast.watching import board_of
from tests.commission.road import bought, finished
from tests.county import START, THIRDS
from tests.livestream.sessions import an_agency, hold_session
from tests.ordering.steps import completed, lines_of


@pytest.fixture
def held(session, county):
    return hold_session(session, county, county.mushrooms, county.noodles, rate_ppm=123_457)


def test_an_order_stands_on_the_board_as_soon_as_it_is_placed(session, county, held):
    assert board_of(session, held.session_id).orders == 0
    bought(session, county, (county.mushrooms, 2), (county.oil, 1), code=held.host_id)
    session.commit()
    board = board_of(session, held.session_id)
    # The oil is not in the session, so it is nobody's sale.
    assert (board.orders, board.amount_fen) == (1, 12_806)
    assert board.commission_fen == 12_806 * 123_457 // 1_000_000
    assert board.village_names == ("云彩山村", "会沟村")
    assert [(one.name, one.available) for one in board.stock] == [
        ("椴木香菇", 998),
        ("红薯粉条", 1000),
    ]
    assert [(one.name, one.packs, one.amount_fen) for one in board.goods] == [
        ("椴木香菇", 2, 12_806)
    ]
    assert [(one.number, one.orders) for one in board.minutes] == [(minute_of(START), 1)]


def test_what_will_not_come_is_no_more_expected_than_it_stands_on_the_board(session, county, held):
    """The producer sends less and the buyer agrees: the host's month says what the board says."""
    purchase, (order,) = bought(session, county, (county.mushrooms, 5), code=held.host_id)
    payment = payments.ask_for_payment(session, county.shopper, purchase.id, "simulated", START)
    payments.pay_simulated(session, county.shopper, payment.id, START)
    ordering.confirm(session, county.clerk, order.id, None, START)
    (line,) = lines_of(session, order.id)
    asked = ask_short(session, county.clerk, order.id, ShortWish({line.id: 2}, "没货"), START)
    agree_short(session, county.shopper, asked.id, START)
    session.commit()
    board = board_of(session, held.session_id)
    month = earnings_of(session, Payee(HOST, held.host_id), "2026-11", EVERY_LINE, START)
    assert [one.base_fen for one in month.page.items] == [board.amount_fen] == [3 * 6_403]
    assert month.total_fen == board.commission_fen


def test_what_is_cancelled_leaves_the_board(session, county, held):
    purchase, _orders = bought(session, county, (county.noodles, 3), code=held.host_id)
    session.commit()
    assert board_of(session, held.session_id).amount_fen == 5_997
    ordering.cancel_purchase(session, county.shopper, purchase.id, "买错了", START)
    session.commit()
    board = board_of(session, held.session_id)
    assert (board.orders, board.amount_fen, board.commission_fen) == (0, 0, 0)
    assert (board.village_names, board.minutes) == ((), ())


def test_a_units_order_stands_on_the_board_and_earns_nothing(session, county, held):
    wish = replace(county.wish((county.mushrooms, 2)), host_id=held.host_id)
    completed(session, county, wish)
    session.commit()
    board = board_of(session, held.session_id)
    assert (board.amount_fen, board.commission_fen) == (12_806, 0)


def test_everyone_reads_nothing_of_what_is_earned(session, county, held):
    bought(session, county, (county.mushrooms, 1), code=held.host_id)
    session.commit()
    board = board_of(session, held.session_id)
    ours, all_read = told_to_ours(board, START), told_to_all(board, START)
    assert ours["commission_fen"] == 6_403 * 123_457 // 1_000_000
    assert set(ours) - set(all_read) == {"commission_fen", "host_fen", "agency_fen"}


def test_the_last_hour_is_told_minute_by_minute(session, county, held):
    bought(session, county, (county.mushrooms, 1), code=held.host_id)
    later = START + timedelta(minutes=3)
    bought(session, county, (county.noodles, 1), code=held.host_id, now=later)
    bought(session, county, (county.noodles, 2), code=held.host_id, now=later)
    session.commit()
    board = board_of(session, held.session_id)
    minutes = window(board, START + timedelta(minutes=5))
    assert [minute.orders for minute in minutes][-6:] == [1, 0, 0, 2, 0, 0]
    assert len(minutes) == 60
    assert board.peak is not None
    assert (board.peak.began_at, board.peak.orders) == (later, 2)


def test_an_unchanged_session_costs_one_statement(session, county, held, engine):
    kept = KeptBoards()
    bought(session, county, (county.mushrooms, 1), code=held.host_id)
    session.commit()
    first = board_of(session, held.session_id, kept)
    with counted(engine) as statements:
        assert board_of(session, held.session_id, kept) is first
    # The session itself is read by whoever asks, and its pulse.
    assert len(statements) == 2


def test_every_step_of_an_order_is_seen_past_what_is_kept(session, county, held):
    kept = KeptBoards()
    seen = []

    def look() -> None:
        session.commit()
        now_kept = board_of(session, held.session_id, kept)
        assert now_kept == board_of(session, held.session_id)
        seen.append((now_kept.orders, now_kept.amount_fen))

    look()
    purchase, (order,) = bought(session, county, (county.mushrooms, 4), code=held.host_id)
    look()
    payment = payments.ask_for_payment(session, county.shopper, purchase.id, "simulated", START)
    payments.pay_simulated(session, county.shopper, payment.id, START)
    ordering.confirm(session, county.clerk, order.id, None, START)
    ordering.ship(session, county.clerk, order.id, Parcel("中国邮政", "EMS1"), START)
    (line,) = lines_of(session, order.id)
    verdict = LineVerdict(line.id, 3, 1, "破损")
    ordering.accept(session, county.shopper, order.id, [verdict], START)
    look()
    wish = RefundWish((RefundedLine(line.id, 1),), reason="受潮")
    refund = ordering.request_refund(session, county.shopper, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    look()
    assert seen == [(0, 0), (1, 25_612), (1, 19_209), (1, 12_806)]


def test_goods_that_arrive_are_seen_without_any_order(session, county, held):
    kept = KeptBoards()
    board_of(session, held.session_id, kept)
    variant = county.noodles.variant_id
    more = ReceivedBatch(variant, "NEW-1", START.date(), 365, 50, THIRDS)
    receive_batch(session, more, START)
    session.commit()
    stock = board_of(session, held.session_id, kept).stock
    assert stock[1].available == 1050


@pytest.mark.parametrize("seed", range(4))
def test_in_the_end_the_board_is_the_ledger(session, county, held, seed):
    """Whatever happens on the way: places, cancellations, partial acceptances, refunds."""
    agency_id = an_agency(session, held.host_id, 333_333)
    chance, kept = Random(seed), KeptBoards()
    for _ in range(8):
        _live_through(session, county, held, chance)
        session.commit()
        board = board_of(session, held.session_id, kept)
        _require_as_the_books(session, held, agency_id, board)
    assert board.orders > 0
    assert reconcile(session) == []


def _live_through(session, county, held, chance) -> None:
    lines = [(one, chance.randint(1, 9)) for one in (county.mushrooms, county.noodles)]
    chosen = lines[: chance.randint(1, 2)]
    purchase, orders = bought(session, county, *chosen, code=held.host_id)
    fate = chance.choice(("cancelled", "finished", "partly", "refunded"))
    if fate == "cancelled":
        ordering.cancel_purchase(session, county.shopper, purchase.id, "买错了", START)
    elif fate == "partly":
        _accept_partly(session, county, purchase, orders, chance)
    else:
        finished(session, county, purchase, orders)
    if fate == "refunded":
        for order in orders:
            _give_back(session, county, order, chance)


def _accept_partly(session, county, purchase, orders, chance) -> None:
    payment = payments.ask_for_payment(session, county.shopper, purchase.id, "simulated", START)
    payments.pay_simulated(session, county.shopper, payment.id, START)
    for order in orders:
        clerk = county.clerk if order.producer_id == county.producer_id else county.other_clerk
        ordering.confirm(session, clerk, order.id, None, START)
        ordering.ship(session, clerk, order.id, Parcel("中国邮政", f"E{order.id}"), START)
        verdicts = []
        for line in lines_of(session, order.id):
            packs = chance.randint(0, line.quantity)
            verdicts.append(LineVerdict(line.id, packs, line.quantity - packs, "破损"))
        ordering.accept(session, county.shopper, order.id, verdicts, START)


def _give_back(session, county, order, chance) -> None:
    clerk = county.clerk if order.producer_id == county.producer_id else county.other_clerk
    for line in lines_of(session, order.id):
        packs = RefundedLine(line.id, chance.randint(1, line.quantity))
        wish = RefundWish((packs,), reason="受潮")
        refund = ordering.request_refund(session, county.shopper, order.id, wish, START)
        ordering.approve_refund(session, clerk, refund.id, START)


def _require_as_the_books(session, held, agency_id, board) -> None:
    """Attribution's sums of the session, and what the ledger owes host and agency."""
    key = str(held.session_id)
    total = total_of(session, "session", key)
    assert (board.orders, board.amount_fen) == (total.orders, total.amount_fen)
    assert board.host_fen == -balance_of(session, host_account(held.host_id))
    assert board.agency_fen == -balance_of(session, agency_account(agency_id))
    goods = {str(one.product_id): one.amount_fen for one in board.goods if one.amount_fen}
    parts = parts_of(session, "session", key, "product")
    assert goods == {part.part_key: part.amount_fen for part in parts if part.amount_fen}
    villages = parts_of(session, "session", key, "village")
    assert len(board.village_names) == sum(part.amount_fen > 0 for part in villages)


def test_the_proof_of_the_books_names_a_session_whose_board_says_something_else(
    session, county, held
):
    finished(session, county, *bought(session, county, (county.mushrooms, 2), code=held.host_id))
    session.commit()
    assert reconcile(session) == []
    session.execute(update(OrderLine).values(refunded_fen=OrderLine.unit_price_fen))
    session.commit()
    found = {(one.check, one.row, one.expected_fen, one.found_fen) for one in reconcile(session)}
    row = f"live_session:{held.session_id}"
    assert ("session.sold", row, 12_806, 6_403) in found
    assert ("session.earned", row, 1_580, 790) in found
