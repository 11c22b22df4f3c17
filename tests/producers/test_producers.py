"""Producers by their papers and their freight."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from stdnum.cn import uscc

from marketplace.audit.models import AuditEntry
from marketplace.core.errors import InvalidInput
from marketplace.core.numbers import normal_uscc
from marketplace.core.paging import PageRequest
from marketplace.geography.commands import abolish_village, load_divisions
from marketplace.geography.queries import get_village
from marketplace.geography.rules import VillageAbolished
from marketplace.producers import queries
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import (
    Load,
    ProducerNameTaken,
    UsccTaken,
    flat_tariff,
    freight_of,
    make_uscc,
)
from tests.conftest import NOON
from tests.county import OFFICIAL

VILLAGE = "420304101200"
OTHER = "420304102201"
COOPERATIVE = NewProducer(
    "会沟村食用菌合作社", "COOPERATIVE", make_uscc("420304", 1), VILLAGE, "0719-7221234"
)


@pytest.fixture
def land(session):
    load_divisions(session)
    return session


@given(st.integers(0, 999_999_999))
def test_a_made_code_is_well_formed(number):
    assert uscc.is_valid(make_uscc("420304", number))


@given(st.integers(0, 999_999_999), st.integers(8, 17), st.sampled_from("0123456789"))
def test_a_slip_in_a_code_is_noticed(number, place, digit):
    code = make_uscc("420304", number)
    slipped = code[:place] + digit + code[place + 1 :]
    if slipped == code:
        assert normal_uscc(slipped) == code
    else:
        with pytest.raises(InvalidInput):
            normal_uscc(slipped)


def test_a_code_is_read_with_blanks_and_small_letters():
    assert normal_uscc(" 91110000 600037341l ") == "91110000600037341L"


@pytest.mark.parametrize("text", ["", "123", "9" * 10_000, "91110000600037341\x00", "９" * 18])
def test_what_is_no_code_is_refused_by_its_field(text):
    with pytest.raises(InvalidInput) as refusal:
        normal_uscc(text)
    assert refusal.value.errors[0].field == "uscc"


def test_a_producer_sits_in_the_township_of_its_village(land):
    producer = create_producer(land, COOPERATIVE, NOON)
    assert producer.township_code == get_village(land, VILLAGE).township_code
    assert queries.get_producer(land, producer.id) is producer
    [entry] = land.scalars(select(AuditEntry))
    assert (entry.action, entry.object_id) == ("producer.created", str(producer.id))


def test_a_licence_and_a_name_belong_to_one_producer(land):
    create_producer(land, COOPERATIVE, NOON)
    with pytest.raises(UsccTaken):
        create_producer(land, replace(COOPERATIVE, name="别的合作社"), NOON)
    with pytest.raises(ProducerNameTaken):
        create_producer(land, replace(COOPERATIVE, uscc=make_uscc("420304", 2)), NOON)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"kind": "BANK"}, "kind"),
        ({"phone": ""}, "phone"),
        ({"uscc": "91110000600037341M"}, "uscc"),
        ({"village_code": "999999999999"}, "village_code"),
        ({"village_code": "会沟村"}, "village_code"),
        ({"freight_fen": -1}, "freight_fen"),
        ({"free_freight_from_fen": 10**12}, "free_freight_from_fen"),
    ],
)
def test_a_producer_that_cannot_be_is_refused_by_its_field(land, changes, field):
    with pytest.raises(InvalidInput) as refusal:
        create_producer(land, replace(COOPERATIVE, **changes), NOON)
    assert [error.field for error in refusal.value.errors] == [field]


def test_nobody_settles_in_a_village_that_is_no_more(land):
    abolish_village(land, OFFICIAL, VILLAGE, (date(2026, 1, 1), "批复"), NOON)
    with pytest.raises(VillageAbolished):
        create_producer(land, COOPERATIVE, NOON)


def test_producers_are_listed_by_township_and_name(land):
    create_producer(land, COOPERATIVE, NOON)
    elsewhere = NewProducer("粉条工坊", "WORKSHOP", make_uscc("420304", 2), OTHER, "0719-7221234")
    create_producer(land, elsewhere, NOON)
    page = queries.list_producers(land, PageRequest.of(1), township="420304102000")
    assert [row.name for row in page.items] == ["粉条工坊"]
    assert page.items[0].township_name == "杨溪铺镇"
    assert queries.list_producers(land, PageRequest.of(1)).total == 2
    assert queries.list_producers(land, PageRequest.of(1), q="食用菌").total == 1
    assert queries.list_producers(land, PageRequest.of(1), q="%").total == 0


@pytest.mark.parametrize(
    ("goods_fen", "freight_fen", "free_from_fen", "expected"),
    [
        (9_999, 1_000, 10_000, 1_000),
        (10_000, 1_000, 10_000, 0),
        (10_000_000, 1_000, 0, 1_000),
        (0, 0, 0, 0),
        (0, 1_000, 1, 1_000),
    ],
)
def test_freight_is_flat_and_free_from_a_value_on(goods_fen, freight_fen, free_from_fen, expected):
    assert freight_of(Load(goods_fen), flat_tariff(freight_fen, free_from_fen)) == expected
