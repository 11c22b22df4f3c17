"""The past that is written in bulk is the past that the commands would have left."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.queries import load_identity
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.demonstration.airings import Airing, Offered
from marketplace.demonstration.books import Books
from marketplace.demonstration.deals import Deal
from marketplace.demonstration.load import Load, Size
from marketplace.demonstration.past import Past
from marketplace.demonstration.people import Registrar
from marketplace.demonstration.rows import Rows
from marketplace.demonstration.trail import Staff
from marketplace.hosts.queries import AgencyShare
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order, get_purchase
from marketplace.ordering.rules import (
    Consignee,
    LineVerdict,
    Parcel,
    PurchaseWish,
    WishedLine,
)
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from tests.conftest import NOON
from tests.livestream.sessions import a_host, add, an_agency

T = Base.metadata.tables
# What an order leaves behind, without ids and codes that chance has drawn.
LEFT = {
    "order": (
        "state", "payment_state", "shipment_state", "goods_fen", "freight_fen", "payable_fen",
        "paid_fen", "refunded_fen", "due_at",
    ),
    "order_line": (
        "variant_id", "quantity", "line_fen", "is_certified", "shipped_quantity",
        "accepted_quantity", "rejected_quantity", "accepted_fen", "refunded_fen",
    ),
    "quota_entry": ("rule_id", "unit_id", "year", "kind", "amount_fen", "fund", "counted_on"),
    "attribution_entry": ("village_code", "amount_fen", "product_id", "channel", "counted_on"),
    "posting": ("account", "amount_fen"),
    "purchase": ("state", "goods_fen", "freight_fen", "fund"),
    "payment": ("state", "amount_fen", "received_fen", "method", "received_on"),
}  # fmt: skip
# … and one that was bought in a livestream.
LEFT_LIVE = {
    "commission_claim": (
        "product_id", "host_id", "session_id", "offer_id", "agency_id", "agency_ppm", "rate_ppm",
        "outcome", "facts", "rule_id",
    ),
    "commission_entry": (
        "product_id", "producer_id", "host_id", "session_id", "agency_id", "base_fen", "host_fen",
        "agency_fen", "counted_on", "kind",
    ),
}  # fmt: skip


@pytest.fixture
def market(session):
    """A small world without any past."""
    steps = Load(session, Size(products=40, units=3, orders=1), 5, NOON)
    places = steps.prepare()
    market = steps.settle(places)
    registrar = Registrar(steps.rows, 6, NOON)
    cashier, _ = registrar.enter("cashier@load.example", [("CENTRE", 1, "CASHIER")])
    steps.rows.write()
    steps.staff.cashier_id = cashier
    session.commit()
    return market, steps.staff


def left_behind(session, table, purchase):
    """Rows of one table that belong to a purchase, comparable between two ways of making it."""
    t = T[table]
    columns = [t.c[name] for name in {**LEFT, **LEFT_LIVE}[table]]
    orders = select(T["order"].c.id).where(T["order"].c.purchase_id == purchase)
    if table == "purchase":
        wanted = select(*columns).where(t.c.id == purchase)
    elif table in ("payment", "order"):
        wanted = select(*columns).where(t.c.purchase_id == purchase)
    elif table == "posting":
        entries = select(T["ledger_entry"].c.id).where(T["ledger_entry"].c.order_id.in_(orders))
        wanted = select(*columns).where(t.c.entry_id.in_(entries))
    else:
        wanted = select(*columns).where(t.c.order_id.in_(orders))
    return sorted(map(tuple, session.execute(wanted)), key=str)


def write_past(session, deal, staff):
    rows = Rows(session)
    books = Books(rows)
    past = Past(rows, books, staff, 1, NOON)
    purchase = rows.new_id("purchase") + 1
    past.write(deal)
    past.finish()
    rows.write()
    books.count_sold()
    return purchase


def person(session, person_id):
    identity = load_identity(session, person_id)
    assert identity is not None
    return identity


def live_through(session, deal, staff, past_order):
    """The same through the commands, at the same moments, with the same verdict."""
    t = T["order"]
    times = session.execute(select(t).where(t.c.id == past_order)).one()
    buyer = person(session, deal.buyer.person_id)
    approver = person(session, deal.buyer.approver_id or deal.buyer.person_id)
    clerk = person(session, staff.clerk_of_producer[times.producer_id])
    cashier = person(session, staff.cashier_id)
    (_maker, wanted), *_ = deal.baskets
    wish = PurchaseWish(
        deal.buyer.unit_id, deal.fund, deal.payment_terms,
        tuple(WishedLine(pack.variant_id, quantity) for pack, quantity in wanted),
        Consignee(buyer.name, "13800000000", deal.buyer.address), host_id=deal.code_host_id,
        touches=tuple(map(tuple, deal.touches or ())), channel=deal.channel,
    )  # fmt: skip
    purchase = ordering.draft_purchase(session, buyer, wish, deal.placed_at).id
    ordering.submit(session, buyer, purchase, deal.placed_at)
    if deal.buyer.unit_id is not None:
        ordering.approve(session, approver, purchase, deal.placed_at)
    order = get_purchase(session, buyer, purchase).orders[0].id
    if deal.buyer.unit_id is None:
        pay(session, (buyer, cashier), purchase, deal.placed_at + timedelta(minutes=9))
    ordering.confirm(session, clerk, order, None, times.confirmed_at)
    if deal.buyer.unit_id is not None and deal.payment_terms == "PREPAY":
        pay(session, (buyer, cashier), purchase, times.shipped_at)
    ordering.ship(session, clerk, order, Parcel("车", "1"), times.shipped_at)
    ordering.receive(session, buyer, order, times.received_at)
    verdicts = [
        LineVerdict(mine.id, theirs.accepted_quantity, theirs.rejected_quantity, "破损")
        for mine, theirs in zip(
            get_order(session, buyer, order).lines,
            get_order(session, buyer, past_order).lines,
            strict=True,
        )
    ]
    ordering.accept(session, approver, order, verdicts, times.accepted_at)
    if deal.payment_terms == "POSTPAY":
        pay(session, (buyer, cashier), purchase, times.completed_at)
    return purchase


def pay(session, people, purchase, at):
    buyer, cashier = people
    payment = payments.ask_for_payment(session, buyer, purchase, "bank_transfer", at)
    receipt = Receipt(payment.amount_fen, day_of(at), f"R{purchase}")
    payments.confirm_payment(session, cashier, payment.id, receipt, at)


@pytest.mark.parametrize("terms", ["PREPAY", "POSTPAY"])
@pytest.mark.parametrize("seed", range(3))
def test_a_past_order_leaves_what_the_commands_leave(session, market, terms, seed):
    world, staff = market
    goods = next(one for one in world.goods[seed:] if one.published_at < NOON - timedelta(days=90))
    pack = goods.packs[0]
    deal = Deal(
        world.units[seed], "CANTEEN", terms, None, NOON - timedelta(days=60),
        ((goods.maker, ((pack, max(7, pack.minimum_quantity)),)),), "COMPLETED",
    )  # fmt: skip
    written = write_past(session, deal, staff)
    past_order = session.scalar(select(T["order"].c.id).where(T["order"].c.purchase_id == written))
    # Goods of the same origin on today's shelf: whatever is drawn there must not differ.
    make_shelf_like_the_past(session, pack)
    lived = live_through(session, deal, staff, past_order)
    for table in LEFT:
        there = left_behind(session, table, written)
        assert there, table
        assert left_behind(session, table, lived) == there, table


@pytest.mark.parametrize("by_code", [True, False])
def test_a_past_order_of_a_livestream_leaves_what_the_commands_leave(session, market, by_code):
    world, staff = market
    goods = next(one for one in world.goods if one.published_at < NOON - timedelta(days=90))
    pack, evening = goods.packs[0], NOON - timedelta(days=60)
    airing = hold(session, goods, evening)
    deal = Deal(
        world.shoppers[0], "INDIVIDUAL", "PREPAY", airing, evening + timedelta(minutes=40),
        ((goods.maker, ((pack, max(7, pack.minimum_quantity)),)),), "COMPLETED", by_code,
    )  # fmt: skip
    written = write_past(session, deal, staff)
    past_order = session.scalar(select(T["order"].c.id).where(T["order"].c.purchase_id == written))
    make_shelf_like_the_past(session, pack)
    lived = live_through(session, deal, staff, past_order)
    for table in (*LEFT, *LEFT_LIVE):
        there = left_behind(session, table, written)
        assert there or table == "quota_entry", table
        assert left_behind(session, table, lived) == there, table


def hold(session, goods, at):
    """A session with the product, of a host who belongs to an agency."""
    host_id, _identity = a_host(session)
    agency_id = an_agency(session, host_id, 200_000)
    live = add(
        session, "live_session", host_id=host_id, county_code="420304", title="测试专场",
        starts_at=at, ends_at=at + timedelta(hours=2), started_at=at,
        ended_at=at + timedelta(hours=2), state="ENDED", check_state="NOT_NEEDED",
        created_by=1, created_at=at,
    )  # fmt: skip
    offer = add(
        session, "session_offer", session_id=live, product_id=goods.product_id,
        producer_id=goods.maker.producer_id, position=1, rate_ppm=173_333, state="AGREED",
        minutes=10, script="",
    )  # fmt: skip
    link = add(
        session, "short_link", code="TEST00000001", offer_id=offer, session_id=live,
        product_id=goods.product_id, created_at=at,
    )  # fmt: skip
    session.commit()
    return Airing(
        live, "测试专场", host_id, "云霞说山货", AgencyShare(agency_id, 200_000), at,
        at + timedelta(hours=2), [goods], {goods.product_id: Offered(offer, link, 173_333)},
    )  # fmt: skip


def make_shelf_like_the_past(session, pack):
    """Leaves one batch of the pack on the shelf, with the origin of its batch of the past."""
    batch, origin = T["batch"], T["batch_origin"]
    mine = select(batch.c.id).where(batch.c.variant_id == pack.variant_id)
    *shelf, past = session.scalars(mine.order_by(batch.c.id)).all()
    shares = session.execute(select(origin).where(origin.c.batch_id == past)).all()
    session.execute(batch.update().where(batch.c.id.in_(shelf[1:])).values(quantity_on_hand=0))
    session.execute(batch.update().where(batch.c.id == shelf[0]).values(quantity_on_hand=500))
    session.execute(origin.delete().where(origin.c.batch_id == shelf[0]))
    for share in shares:
        session.execute(
            origin.insert().values(
                batch_id=shelf[0], village_code=share.village_code, share_ppm=share.share_ppm
            )
        )


def test_stages_that_lie_ahead_have_not_happened(session, market):
    world, staff = market
    goods = next(one for one in world.goods if one.published_at < NOON - timedelta(days=90))
    deal = Deal(
        world.units[0], "UNION", "PREPAY", None, NOON - timedelta(hours=1),
        ((goods.maker, ((goods.packs[0], 5),)),), "COMPLETED",
    )  # fmt: skip
    purchase = write_past(session, deal, staff)
    assert left_behind(session, "order", purchase)[0][0] == "PLACED"
    assert left_behind(session, "attribution_entry", purchase) == []
    assert left_behind(session, "posting", purchase) == []


def test_staff_is_optional(session, market):
    world, _staff = market
    goods = world.goods[0]
    deal = Deal(
        world.shoppers[0], "INDIVIDUAL", "PREPAY", None, NOON - timedelta(days=30),
        ((goods.maker, ((goods.packs[0], 1),)),), "DECLINED",
    )  # fmt: skip
    purchase = write_past(session, deal, Staff())
    assert left_behind(session, "order", purchase)[0][0] == "DECLINED"
