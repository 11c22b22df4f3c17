"""Loads of any size: consistent, repeatable, and added to what is there."""

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import find_person, load_identity
from marketplace.attribution.queries.counties import sales_of_counties
from marketplace.core.db import Base, prepare_engine
from marketplace.demonstration.load import Load, Size
from marketplace.ordering.models import Order
from marketplace.producers.models import Producer
from marketplace.quota.models import QuotaTotal
from marketplace.reports.queries import reconcile
from tests.conftest import NOON
from tests.engines import SEALER

SMALL = Size(products=60, units=12, orders=150)


def add(session, size=SMALL, seed=1):
    for _ in Load(session, size, seed, NOON).steps():
        session.commit()


def count(session, table_name):
    return session.scalar(select(func.count()).select_from(Base.metadata.tables[table_name]))


def test_a_load_has_the_size_that_was_asked_for_and_books_that_hold(session):
    add(session)
    assert reconcile(session) == []
    assert count(session, "product") == SMALL.products
    assert count(session, "budget_unit") == SMALL.units
    assert 140 <= count(session, "purchase") <= SMALL.orders
    assert session.scalar(select(func.sum(QuotaTotal.counted_fen))) > 0


def test_a_second_load_is_added_to_the_first(session):
    add(session)
    add(session, seed=2)
    assert reconcile(session) == []
    assert count(session, "product") == 2 * SMALL.products


def test_the_same_seed_makes_the_same_load(session, databases):
    other_url = databases.create()
    engine = create_engine(other_url)
    prepare_engine(engine, SEALER)
    wanted = select(Order.id, Order.number, Order.state, Order.payable_fen).order_by(Order.id)
    try:
        with Session(engine) as other:
            add(session)
            add(other)
            assert session.execute(wanted).all() == other.execute(wanted).all()
    finally:
        engine.dispose()
        databases.drop(other_url)


def test_what_comes_after_a_load_gets_ids_of_its_own(session):
    add(session)
    highest = session.scalar(select(func.max(Producer.id)))
    later = Producer(
        name="后来的合作社", kind="COOPERATIVE", uscc="93420304MA9999999X",
        village_code="420304101200", township_code="420304101000", phone="0719-7200000",
        joined_at=NOON,
    )  # fmt: skip
    session.add(later)
    session.flush()
    assert later.id == highest + 1


@pytest.mark.slow
def test_a_load_beside_the_county_keeps_both_books(shown):
    for _ in Load(shown, SMALL, 3, NOON).steps():
        shown.flush()
    assert reconcile(shown) == []


@pytest.mark.slow
def test_larger_loads_make_up_counties(session):
    add(session, Size(products=30, units=2_100, orders=50))
    assert count(session, "township") == 40
    assert reconcile(session) == []


COUNTIES = Size(products=90, units=24, orders=200, counties=5)


def counties_of(session: Session, table_name: str, column: str) -> set[str]:
    code = func.substr(Base.metadata.tables[table_name].c[column], 1, 6)
    return set(session.scalars(select(code).distinct()))


def test_a_load_is_spread_over_as_many_counties_as_asked_for(session):
    add(session, COUNTIES)
    made_up = {f"99{number:04d}" for number in range(1, 6)}
    assert counties_of(session, "budget_unit", "division_code") == made_up
    assert counties_of(session, "producer", "village_code") == made_up
    assert counties_of(session, "operations_centre", "county_code") == made_up
    assert reconcile(session) == []
    sold = sales_of_counties(session, "", NOON.year)
    assert set(sold) == made_up
    assert all(fen > 0 for fen, _orders in sold.values())


def test_every_made_up_county_has_one_official_who_sees_it_alone(session):
    add(session, COUNTIES)
    official = find_person(session, "official990003@counties.example")
    assert official is not None
    identity = load_identity(session, official.id)
    assert identity is not None
    assert identity.area == "990003"
    assert identity.is_in_centre("OPERATOR")


def test_a_second_load_uses_the_counties_again(session):
    add(session, COUNTIES)
    add(session, COUNTIES, seed=2)
    assert count(session, "operations_centre") == 5
    assert reconcile(session) == []
