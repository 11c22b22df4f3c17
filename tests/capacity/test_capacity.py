"""A capacity is declared by one person, confirmed by another, and held against what was sold."""

from datetime import date

import pytest

from marketplace.capacity.commands import confirm_capacity, declare, refuse_capacity
from marketplace.capacity.queries import (
    list_confirmed,
    list_standings,
    list_waiting,
)
from marketplace.capacity.rules import (
    CapacityDecided,
    DeclaredCapacity,
    SoldMonth,
    sold_against,
    used_ppm,
)
from marketplace.catalogue.models import Product
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.ordering.queries.sold import sold_by_workshops
from marketplace.ordering.rules.refusals import ReasonNeeded
from marketplace.producers.commands.workshops import NewWorkshop, add_workshop
from tests.county import HUIGOU, START
from tests.ordering.steps import completed
from tests.races.crowd import all_at_once

YEARLY = DeclaredCapacity("YEAR", "KILOGRAM", 100)


@pytest.fixture
def workshop(session, county):
    made = add_workshop(
        session,
        county.clerk,
        county.producer_id,
        NewWorkshop("会沟香菇车间", HUIGOU, "WAGE", "香菇", 12),
        START,
    )
    session.get_one(Product, county.mushrooms.product_id).workshop_id = made.id
    session.flush()
    return made


def declared(session, county, workshop, capacity=YEARLY, who=None):
    place = (county.producer_id, workshop.id)
    return declare(session, who or county.clerk, place, capacity, START)


def test_sold_is_the_year_or_its_fullest_month_and_a_begun_kilogram_counts():
    months = [SoldMonth(2, 1_000), SoldMonth(), SoldMonth(5, 2_001)]
    assert sold_against(YEARLY, months) == 4
    assert sold_against(DeclaredCapacity("MONTH", "KILOGRAM", 1), months) == 3
    assert sold_against(DeclaredCapacity("YEAR", "PACK", 1), months) == 7
    assert sold_against(DeclaredCapacity("MONTH", "PACK", 1), []) == 0
    assert used_ppm(YEARLY, 125) == 1_250_000


def test_what_is_accepted_counts_by_month_and_weight(session, county, workshop):
    completed(session, county, county.wish((county.mushrooms, 250)))
    sold = sold_by_workshops(session, 2026)[workshop.id]
    assert sold[10] == (250, 125_000)
    assert sum(packs for packs, _grams in sold) == 250
    assert sold_by_workshops(session, 2025) == {}


def test_more_than_can_be_made_is_a_signal_once_it_is_confirmed(session, county, workshop):
    capacity = declared(session, county, workshop)
    completed(session, county, county.wish((county.mushrooms, 250)))
    assert list_confirmed(session, 2026) == []
    confirm_capacity(session, county.operator, capacity.id, START)
    (over,) = list_confirmed(session, 2026)
    assert over.is_exceeded
    assert (over.sold, over.used_ppm, over.workshop_name) == (125, 1_250_000, "会沟香菇车间")
    assert not any(row.is_exceeded for row in list_confirmed(session, 2025))


def test_the_newest_confirmed_declaration_holds(session, county, workshop):
    first = declared(session, county, workshop)
    confirm_capacity(session, county.operator, first.id, START)
    second = declared(session, county, workshop, DeclaredCapacity("MONTH", "PACK", 400))
    (standing,) = list_standings(session, county.producer_id, 2026)
    assert standing.holds is not None
    assert standing.newest is not None
    assert (standing.holds.id, standing.newest.id) == (first.id, second.id)
    assert [row.id for row in list_waiting(session, PageRequest(), 2026).items] == [second.id]
    confirm_capacity(session, county.operator, second.id, START)
    assert [row.id for row in list_confirmed(session, 2026)] == [second.id]


def test_the_same_declaration_twice_waits_once(session, county, workshop):
    assert declared(session, county, workshop) is declared(session, county, workshop)


def test_the_same_declaration_at_the_same_instant_waits_once(session, engine, county, workshop):
    place = (county.producer_id, workshop.id)
    session.commit()

    def act(mine, _place: int) -> None:
        declare(mine, county.clerk, place, YEARLY, START)

    assert all_at_once(engine, 6, act) == ["done"] * 6
    assert list_waiting(session, PageRequest(1, 24), 2026).total == 1


def test_a_refusal_says_why_and_cannot_be_decided_again(session, county, workshop):
    capacity = declared(session, county, workshop)
    with pytest.raises(ReasonNeeded):
        refuse_capacity(session, county.operator, capacity.id, " ", START)
    refuse_capacity(session, county.operator, capacity.id, "与菌棒数不符", START)
    (standing,) = list_standings(session, county.producer_id, 2026)
    assert standing.holds is None
    assert standing.newest is not None
    assert standing.newest.reason == "与菌棒数不符"
    with pytest.raises(CapacityDecided):
        confirm_capacity(session, county.operator, capacity.id, START)


def test_only_their_own_people_declare_and_only_operators_confirm(session, county, workshop):
    with pytest.raises(NotFound):
        declared(session, county, workshop, who=county.other_clerk)
    with pytest.raises(NotFound):
        declare(session, county.other_clerk, (county.other_producer_id, workshop.id), YEARLY, START)
    capacity = declared(session, county, workshop)
    for stranger in (county.clerk, county.auditor, county.shopper):
        with pytest.raises(Forbidden):
            confirm_capacity(session, stranger, capacity.id, START)


@pytest.mark.parametrize(
    "wrong",
    [
        DeclaredCapacity("WEEK", "PACK", 1),
        DeclaredCapacity("YEAR", "JIN", 1),
        DeclaredCapacity("YEAR", "PACK", 0),
        DeclaredCapacity("YEAR", "PACK", 10**10),
    ],
)
def test_a_capacity_that_makes_no_sense_is_refused(session, county, workshop, wrong):
    with pytest.raises(InvalidInput):
        declared(session, county, workshop, wrong)


def test_months_are_those_of_china(session, county, workshop):
    """A sale accepted at 00:30 on 1 December in China is November's in UTC, and is December's."""
    later = START.replace(day=30, hour=16, minute=30)
    completed(session, county, county.wish((county.mushrooms, 1)), now=later)
    sold = sold_by_workshops(session, date(2026, 12, 1).year)[workshop.id]
    assert [place for place, (packs, _grams) in enumerate(sold) if packs] == [11]
