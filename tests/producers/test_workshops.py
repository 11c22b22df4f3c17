"""Workshops: added by their producer's clerks, corrected but for their village."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.catalogue.models import Product, ProductChange
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.geography.commands import abolish_village
from marketplace.geography.rules import VillageAbolished
from marketplace.listing.commands.workshops import rewrite_workshop
from marketplace.producers.commands.workshops import (
    NewWorkshop,
    add_workshop,
    correct_workshop,
)
from marketplace.producers.queries.workshops import (
    get_workshop,
    list_workshops,
    workshops_of,
)
from marketplace.producers.rules import WorkshopWords
from tests.conftest import NOON
from tests.county import YUNCAI

NEW = NewWorkshop("菌棒车间", YUNCAI, "WAGE", "食用菌", 24)
WORDS = WorkshopWords("菌棒一车间", "BUSINESS", "菌棒", 30)


@pytest.fixture
def workshop(session, county):
    return add_workshop(session, county.clerk, county.producer_id, NEW, NOON)


def trail(session):
    of_workshops = select(AuditEntry).where(AuditEntry.object_kind == "workshop")
    return session.scalars(of_workshops.order_by(AuditEntry.id)).all()


def test_a_workshop_belongs_to_its_producer_and_stands_in_a_village(session, county, workshop):
    assert workshops_of(session, county.producer_id) == [workshop]
    assert workshop.village_code == YUNCAI
    [entry] = trail(session)
    assert (entry.action, entry.object_id) == ("workshop.added", str(workshop.id))
    assert entry.after == {
        "name": "菌棒车间",
        "village_code": YUNCAI,
        "benefit_kind": "WAGE",
        "trade": "食用菌",
        "workers": 24,
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"benefit_kind": "GIFT"}, "benefit_kind"),
        ({"trade": ""}, "trade"),
        ({"workers": -1}, "workers"),
        ({"village_code": "999999999999"}, "village_code"),
    ],
)
def test_a_workshop_that_cannot_be_is_refused_by_its_field(session, county, changes, field):
    with pytest.raises(InvalidInput) as refusal:
        add_workshop(session, county.clerk, county.producer_id, replace(NEW, **changes), NOON)
    assert [error.field for error in refusal.value.errors] == [field]


def test_no_workshop_opens_in_a_village_that_is_no_more(session, county):
    abolish_village(session, county.operator, YUNCAI, (date(2026, 1, 1), "批复"), NOON)
    with pytest.raises(VillageAbolished):
        add_workshop(session, county.clerk, county.producer_id, NEW, NOON)


def test_a_producer_has_one_workshop_of_a_name(session, county, workshop):
    with pytest.raises(InvalidInput) as refusal:
        add_workshop(session, county.clerk, county.producer_id, NEW, NOON)
    assert [error.field for error in refusal.value.errors] == ["name"]
    add_workshop(session, county.other_clerk, county.other_producer_id, NEW, NOON)
    second = add_workshop(
        session, county.clerk, county.producer_id, replace(NEW, name="另一个"), NOON
    )
    place = (county.producer_id, second.id)
    with pytest.raises(InvalidInput):
        correct_workshop(session, county.clerk, place, NEW.words, NOON)


def test_what_is_said_is_corrected_and_the_village_stays(session, county, workshop):
    place = (county.producer_id, workshop.id)
    correct_workshop(session, county.clerk, place, WORDS, NOON)
    found = get_workshop(session, *place)
    assert (found.name, found.benefit_kind, found.trade, found.workers) == (
        "菌棒一车间",
        "BUSINESS",
        "菌棒",
        30,
    )
    assert found.village_code == YUNCAI
    last = trail(session)[-1]
    assert (last.action, last.actor_id) == ("workshop.corrected", county.clerk.person_id)
    assert (last.before["name"], last.after["name"]) == ("菌棒车间", "菌棒一车间")
    correct_workshop(session, county.clerk, place, WORDS, NOON)
    assert len(trail(session)) == 2


def test_nobody_else_adds_or_corrects_one(session, county, workshop):
    for other in (county.other_clerk, county.operator, county.shopper):
        with pytest.raises(NotFound):
            add_workshop(session, other, county.producer_id, replace(NEW, name="别人的"), NOON)
        with pytest.raises(NotFound):
            correct_workshop(session, other, (county.producer_id, workshop.id), WORDS, NOON)
    theirs = (county.other_producer_id, workshop.id)
    with pytest.raises(NotFound):
        correct_workshop(session, county.other_clerk, theirs, WORDS, NOON)


def test_products_are_told_anew_when_their_workshop_is_called_otherwise(session, county, workshop):
    product = session.get_one(Product, county.mushrooms.product_id)
    product.workshop_id = workshop.id
    session.flush()
    told = select(ProductChange.product_id)
    before = len(session.scalars(told).all())
    place = (county.producer_id, workshop.id)
    rewrite_workshop(session, county.clerk, place, WORDS, NOON)
    assert session.scalars(told).all()[before:] == [product.id]


def test_the_list_of_a_county_is_found_by_any_of_its_words(session, county, workshop):
    add_workshop(
        session, county.other_clerk, county.other_producer_id, replace(NEW, name="粉条车间"), NOON
    )

    def found(words="", area="420304"):
        page = list_workshops(session, area, words, PageRequest())
        assert page.total == len(page.items)
        return [one.name for one in page.items]

    assert found() == ["菌棒车间", "粉条车间"]
    assert found("菌棒") == ["菌棒车间"]
    assert found("云彩山粉条") == ["粉条车间"]
    assert found("云彩山村") == ["菌棒车间", "粉条车间"]
    assert found("食用菌合作社") == ["菌棒车间"]
    assert found("_") == []
    assert found(area="420305") == []
