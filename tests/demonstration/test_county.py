"""The demonstration county: complete, alive, and with books that hold."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import find_person, load_identity
from marketplace.accounts.rules.passwords import matches
from marketplace.catalogue.commands.lists import refresh_lists
from marketplace.catalogue.models import Product
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.demonstration import neighbour
from marketplace.demonstration.county import NotEmpty, build
from marketplace.demonstration.people import PASSWORD
from marketplace.demonstration.places import COUNTY
from marketplace.geography.queries import list_poor_codes
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import OrderState, PurchaseState
from marketplace.outlets.queries import list_months, list_with_sums
from marketplace.producers.models import Producer
from marketplace.reports.queries import reconcile, unit_year
from marketplace.units.models import BudgetUnit
from tests.conftest import NOON

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

TODAY = day_of(NOON)
LOGINS = (
    "buyer", "approver", "finance", "staff", "supervisor", "producer", "producer2", "host",
    "official", "official2", "cashier", "auditor", "shopper", "township", "system", "security",
)  # fmt: skip


def count(session: Session, table_name: str, **values: object) -> int:
    table = Base.metadata.tables[table_name]
    wanted = select(func.count()).select_from(table)
    return session.scalar(wanted.where(*(table.c[name] == v for name, v in values.items()))) or 0


def here(session: Session, table_name: str, column: str, **values: object) -> int:
    """As many rows as lie in the county of the demonstration; the small one beside it is told of
    by itself."""
    table = Base.metadata.tables[table_name]
    wanted = select(func.count()).select_from(table).where(table.c[column].startswith(COUNTY))
    return session.scalar(wanted.where(*(table.c[name] == v for name, v in values.items()))) or 0


def unit_of_the_story(session: Session) -> int:
    buyer = find_person(session, "buyer@demo")
    assert buyer is not None
    identity = load_identity(session, buyer.id)
    assert identity is not None
    (unit_id,) = identity.organisations("UNIT", "BUYER")
    return unit_id


def test_the_books_of_the_county_hold(shown):
    assert reconcile(shown) == []


def test_the_county_is_complete(shown):
    assert here(shown, "budget_unit", "division_code") == 273
    assert here(shown, "workshop", "village_code", trade="食用菌") == 28
    assert 55 <= here(shown, "producer", "village_code") <= 70
    assert count(shown, "product", state="PUBLISHED") >= 300
    assert here(shown, "village", "code", kind="village") == 340
    assert here(shown, "village", "code", kind="community") == 10
    assert len(list_poor_codes(shown, date(2020, 12, 31))) == 85
    assert list_poor_codes(shown, date(2021, 1, 1)) == frozenset()


def test_every_township_makes_something(shown):
    townships = shown.scalar(
        select(func.count(Product.township_code.distinct())).where(
            Product.township_code.startswith(COUNTY)
        )
    )
    assert townships == 20


def test_units_stand_in_a_tree_of_three_levels(shown):
    unit = Base.metadata.tables["budget_unit"]
    levels = dict(shown.execute(select(unit.c.level, func.count()).group_by(unit.c.level)).all())
    assert set(levels) == {1, 2, 3}
    orphans = select(func.count()).where(unit.c.level > 1, unit.c.parent_id.is_(None))
    assert shown.scalar(orphans) == 0


def test_every_state_of_orders_and_purchases_occurs(shown):
    assert set(shown.scalars(select(Order.state).distinct())) == set(OrderState)
    assert set(shown.scalars(select(Purchase.state).distinct())) == set(PurchaseState)


def test_every_fate_of_money_occurs(shown):
    states = set(shown.scalars(select(Order.payment_state).distinct()))
    assert {"NONE", "DUE", "DECLARED", "PAID", "PART_REFUNDED"} <= states
    sales = set(shown.scalars(select(Order.after_sale_state).distinct()))
    assert {"NONE", "OPEN", "DONE"} <= sales


def test_money_has_been_settled_paid_and_waits_and_the_year_is_filed(shown):
    assert count(shown, "settlement") > 100
    assert count(shown, "payout", state="PAID") > 60
    assert count(shown, "payout", state="REQUESTED") > 10
    assert count(shown, "payout_batch", state="DRAFT") == 1
    assert count(shown, "bank_line", state="WAITING") == 3
    assert count(shown, "bank_line", state="MATCHED") == 1
    assert count(shown, "quota_filing", state="APPROVED") == 1
    assert count(shown, "quota_filing", state="SUBMITTED") == 1


def test_the_unit_of_the_story_has_agreed_on_something_of_each_kind(shown):
    assert count(shown, "framework_contract", state="SIGNED") == 1
    assert count(shown, "inquiry", state="ASKED") == 1
    assert count(shown, "offline_purchase", state="VERIFIED") == 1
    assert count(shown, "offline_purchase", state="CHECKED") == 1
    assert count(shown, "price_tier") == 2
    assert count(shown, "trade_mandate") == 1
    assert count(shown, "contractor_mandate") == count(shown, "approval_step") == 1


def test_livestreams_were_held_and_one_is_planned(shown):
    assert count(shown, "live_session", state="ENDED") == 14
    assert count(shown, "live_session", state="PLANNED") == 1
    assert count(shown, "session_entry", kind="STARTED") == 14
    assert count(shown, "session_entry", kind="ENDED") == 14
    assert count(shown, "session_offer", state="PROPOSED") == 1
    producers = here(shown, "producer", "village_code")
    open_plans = count(shown, "commission_plan", kind="OPEN")
    assert open_plans >= 4 * (producers - 1)
    assert count(shown, "commission_plan", kind="DIRECTED") == 2
    assert count(shown, "commission_plan", kind="EXCLUSIVE") == 2


def test_what_was_bought_live_was_bought_in_a_session_that_offered_it(shown):
    claim, live = Base.metadata.tables["commission_claim"], Base.metadata.tables["live_session"]
    offer, order = Base.metadata.tables["session_offer"], Base.metadata.tables["order"]
    rows = shown.execute(
        select(claim, live.c.started_at, live.c.ended_at, offer.c.product_id.label("offered"))
        .add_columns(offer.c.rate_ppm.label("agreed_ppm"), order.c.placed_at)
        .join(live, live.c.id == claim.c.session_id)
        .join(offer, offer.c.id == claim.c.offer_id)
        .join(order, order.c.id == claim.c.order_id)
    ).all()
    assert len(rows) == count(shown, "commission_claim") > 100
    assert {row.outcome for row in rows} == {"CODE", "LINK"}
    week = timedelta(days=7)
    for row in rows:
        assert (row.product_id, row.rate_ppm) == (row.offered, row.agreed_ppm)
        assert row.started_at <= row.placed_at <= row.ended_at + week
    assert {row.agency_ppm for row in rows} == {0, 200_000}
    states = set(shown.scalars(select(order.c.state).where(order.c.id.in_(claims_of(shown)))))
    assert states >= {"COMPLETED", "CANCELLED"}


def claims_of(session: Session) -> set[int]:
    claim = Base.metadata.tables["commission_claim"]
    return set(session.scalars(select(claim.c.order_id)))


def test_months_show_commission_for_the_host_and_lately_for_the_agency(shown):
    entry = Base.metadata.tables["commission_entry"]
    rows = shown.execute(
        select(entry.c.counted_on, entry.c.host_fen, entry.c.agency_fen, entry.c.agency_id)
    ).all()
    months = {row.counted_on.strftime("%Y-%m") for row in rows if row.host_fen > 0}
    assert len(months) >= 12
    assert sum(row.agency_fen for row in rows if row.agency_id) > 0


def test_the_shoppers_purchases_by_code_earn(shown):
    claim, purchase = Base.metadata.tables["commission_claim"], Base.metadata.tables["purchase"]
    order, shopper = Base.metadata.tables["order"], find_person(shown, "shopper@demo")
    assert shopper is not None
    outcomes = shown.scalars(
        select(claim.c.outcome)
        .join(order, order.c.id == claim.c.order_id)
        .join(purchase, purchase.c.id == order.c.purchase_id)
        .where(purchase.c.buyer_id == shopper.id, purchase.c.host_id.is_not(None))
    ).all()
    assert len(outcomes) == 4
    assert set(outcomes) == {"CODE"}


@pytest.mark.parametrize("login", LOGINS)
def test_a_promised_login_has_the_published_password(shown, login):
    person = find_person(shown, f"{login}@demo")
    assert person is not None
    assert matches(person.password_hash, PASSWORD)


def test_nobody_else_can_log_in_with_the_published_password(shown):
    other = find_person(shown, "buyer1@yunyang.example")
    assert other is not None
    assert not matches(other.password_hash, PASSWORD)


def test_the_buyers_year_is_partly_counted_and_waits_for_different_reasons(shown):
    year = unit_year(shown, unit_of_the_story(shown), TODAY.year, TODAY)
    (floor,) = year.rules
    assert 0 < floor.counted_fen < floor.target_fen
    assert floor.gap_fen > 0
    missing = {code for waiting in year.waiting for code in waiting.missing}
    assert {"approval", "confirmation", "payment", "shipment", "receipt"} <= missing


def test_producers_with_a_login_have_work_to_do(shown):
    for login in ("producer@demo", "producer2@demo"):
        person = find_person(shown, login)
        assert person is not None
        identity = load_identity(shown, person.id)
        assert identity is not None
        (producer_id,) = identity.organisations("PRODUCER")
        states = set(shown.scalars(select(Order.state).where(Order.producer_id == producer_id)))
        assert {"PLACED", "CONFIRMED"} <= states


def test_lists_show_what_the_catalogue_itself_would_keep(shown):
    products = shown.scalars(select(Product)).all()
    kept = [(p.lowest_price_fen, p.price_per_500g_fen, p.certification_number) for p in products]
    for product in products:
        refresh_lists(shown, product, NOON)
    now = [(p.lowest_price_fen, p.price_per_500g_fen, p.certification_number) for p in products]
    assert now == kept


def test_a_second_county_is_refused(shown):
    with pytest.raises(NotEmpty):
        build(shown, NOON)


def test_the_same_day_makes_the_same_county(shown, session):
    build(session, NOON)
    for name, columns in {
        "order": ("id", "state", "goods_fen", "payable_fen", "placed_at"),
        "product": ("id", "name", "lowest_price_fen", "sold_quantity"),
        "attribution_entry": ("id", "village_code", "amount_fen"),
        "headcount_revision": ("id", "unit_id", "headcount"),
    }.items():
        table = Base.metadata.tables[name]
        wanted = select(*(table.c[column] for column in columns)).order_by(table.c.id)
        assert session.execute(wanted).all() == shown.execute(wanted).all()


def test_two_outlets_tell_of_three_months_with_what_they_cost(shown):
    outlets = {row.outlet.name: row for row in list_with_sums(shown, TODAY.year)}
    for name in ("消费帮扶专馆", "区政府机关食堂专柜"):
        months = list_months(shown, outlets[name].outlet.id)
        assert len([month for month in months if month.receipts]) >= 3
        assert sum(month.receipts for month in months) == 24
        assert sum(month.rent_fen for month in months) > 0
    states = {
        state: count(shown, "outlet_receipt", state=state)
        for state in ("PAID", "WAITING", "COUNTED")
    }
    assert all(states.values()), states


def test_a_small_county_lies_beside_it_and_deals_with_it(shown):
    official = find_person(shown, "official2@demo")
    assert official is not None
    identity = load_identity(shown, official.id)
    assert identity is not None
    assert identity.area == neighbour.COUNTY
    orders = shown.execute(
        select(BudgetUnit.division_code, Producer.village_code)
        .join(Order, Order.unit_id == BudgetUnit.id)
        .join(Producer, Producer.id == Order.producer_id)
        .where(
            or_(
                BudgetUnit.division_code.startswith(neighbour.COUNTY),
                Producer.village_code.startswith(neighbour.COUNTY),
            )
        )
    )
    assert {(buyer[:6], maker[:6]) for buyer, maker in orders} == {
        (neighbour.COUNTY, neighbour.COUNTY),
        (neighbour.COUNTY, COUNTY),
        (COUNTY, neighbour.COUNTY),
    }
