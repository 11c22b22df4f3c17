"""Asking and answering: sealed until the last day, and only ever bettered once open."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.contracts import commands as contracts
from marketplace.contracts.models import Quotation
from marketplace.contracts.queries.inquiries import (
    compare,
    find_own_answer,
    get_asked_inquiry,
    get_inquiry,
    lines_of_inquiry,
)
from marketplace.contracts.rules.inquiries import (
    GivenInquiryLine,
    wrong_inquiry,
)
from marketplace.contracts.rules.refusals import (
    InquiryOver,
    NotBetter,
    StillSealed,
)
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from tests.contracts.asking import LATER, TODAY, answered, asked, told
from tests.county import START


def test_those_asked_are_told_and_see_what_is_asked(session, county, inquiry):
    for who, producer in (
        (county.clerk, county.producer_id),
        (county.other_clerk, county.other_producer_id),
    ):
        assert (who.login, "inquiry_asked") in told(session)
        assert get_asked_inquiry(session, who, inquiry.id, producer).title == "春节食堂干货"
    with pytest.raises(NotFound):
        get_asked_inquiry(session, county.clerk, inquiry.id, county.other_producer_id)
    with pytest.raises(NotFound):
        get_inquiry(session, county.clerk, inquiry.id)


def test_answers_are_sealed_until_the_last_day_has_passed(session, county, inquiry):
    first = lines_of_inquiry(session, inquiry.id)[0].id
    mine = (inquiry.id, county.producer_id)
    given = answered({first: (county.mushrooms.variant_id, 6_000)})
    contracts.answer(session, county.clerk, mine, given, START)
    row = get_inquiry(session, county.buyer, inquiry.id)
    sealed = compare(session, row, TODAY + timedelta(days=7))
    assert (sealed.answers, sealed.answered) == ((), frozenset({county.producer_id}))
    with pytest.raises(StillSealed):
        contracts.choose(session, county.buyer, mine, "", START)
    opened = compare(session, row, TODAY + timedelta(days=8))
    assert [one.offer.total_fen for one in opened.answers] == [60_500]


def test_a_producer_never_sees_anothers_answer(session, county, both):
    own = find_own_answer(session, both.id, county.other_producer_id, TODAY)
    assert own is not None
    assert own.producer_id == county.other_producer_id
    for who in (county.clerk, county.other_clerk):
        with pytest.raises(NotFound):
            get_inquiry(session, who, both.id)


def test_with_the_last_answer_all_are_open_and_compared(session, county, both):
    found = compare(session, get_inquiry(session, county.buyer, both.id), TODAY)
    assert [one.producer_id for one in found.answers] == [
        county.producer_id,
        county.other_producer_id,
    ]
    assert [one.offer.total_fen for one in found.answers] == [60_000 + 36_000 + 500, 48_500]
    assert found.cheapest == {county.producer_id}
    first, second = (line.id for line in lines_of_inquiry(session, both.id))
    assert found.lowest_fen == {first: 4_800, second: 9_000}
    assert found.answers[1].lines[first].price_per_500g_fen == 4_800
    assert (county.buyer.login, "inquiry_open") in told(session)


def test_an_answer_may_change_while_sealed_and_only_become_better_when_open(
    session, county, rival, inquiry
):
    first = lines_of_inquiry(session, inquiry.id)[0].id
    mine, theirs = (inquiry.id, county.producer_id), (inquiry.id, county.other_producer_id)
    for fen in (6_000, 6_200):
        given = answered({first: (county.mushrooms.variant_id, fen)})
        contracts.answer(session, county.clerk, mine, given, START)
    given = answered({first: (rival.variant_id, 5_000)})
    contracts.answer(session, county.other_clerk, theirs, given, START)
    for worse in (answered({first: (county.mushrooms.variant_id, 6_200)}), answered({})):
        with pytest.raises(NotBetter):
            contracts.answer(session, county.clerk, mine, worse, START)
    given = answered({first: (county.mushrooms.variant_id, 4_900)})
    contracts.answer(session, county.clerk, mine, given, START)
    revisions = select(Quotation.revision).where(Quotation.producer_id == county.producer_id)
    assert session.scalars(revisions.order_by(Quotation.id)).all() == [1, 2, 3]
    found = compare(session, get_inquiry(session, county.buyer, inquiry.id), TODAY)
    assert found.cheapest == {county.producer_id}


def test_answers_after_the_last_day_and_of_those_not_asked_are_refused(session, county, inquiry):
    mine = (inquiry.id, county.producer_id)
    with pytest.raises(InquiryOver):
        contracts.answer(session, county.clerk, mine, answered({}), LATER)
    with pytest.raises(NotFound):
        contracts.answer(session, county.other_clerk, mine, answered({}), START)
    with pytest.raises(NotFound):
        contracts.answer(session, county.buyer, mine, answered({}), START)


def test_every_price_is_tied_to_a_pack_of_the_answering_producer(session, county, inquiry):
    first, second = (line.id for line in lines_of_inquiry(session, inquiry.id))
    mine = (inquiry.id, county.producer_id)
    for prices, field in (
        ({first: (county.noodles.variant_id, 100)}, f"pack-{first}"),
        ({first: (0, 100)}, f"pack-{first}"),
        ({first: (county.oil.variant_id, 0)}, f"price-{first}"),
        (
            {first: (county.oil.variant_id, 100), second: (county.oil.variant_id, 101)},
            f"price-{second}",
        ),
    ):
        with pytest.raises(InvalidInput) as refused:
            contracts.answer(session, county.clerk, mine, answered(prices), START)
        assert [error.field for error in refused.value.errors] == [field]
    with pytest.raises(NotFound):
        contracts.answer(
            session, county.clerk, mine, answered({10**6: (county.oil.variant_id, 1)}), START
        )


def test_an_inquiry_is_given_up_with_words_and_those_asked_are_told(session, county, inquiry):
    with pytest.raises(Forbidden):
        contracts.close_inquiry(session, county.approver, inquiry.id, "不买了", START)
    contracts.close_inquiry(session, county.buyer, inquiry.id, "不买了", START)
    assert ("clerk2@test", "inquiry_closed") in told(session)
    mine = (inquiry.id, county.producer_id)
    with pytest.raises(InquiryOver):
        contracts.answer(session, county.clerk, mine, answered({}), START)


def test_only_a_units_buyer_asks(session, county):
    for who, refusal in (
        (county.approver, Forbidden),
        (county.stranger, NotFound),
        (county.clerk, NotFound),
        (county.operator, Forbidden),
    ):
        with pytest.raises(refusal):
            contracts.ask(session, who, county.unit_id, asked(county), START)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title": ""}, ["title"]),
        ({"lines": ()}, ["words-1"]),
        ({"lines": (GivenInquiryLine("油", 0),)}, ["packs-1"]),
        ({"lines": (GivenInquiryLine(" ", 1),)}, ["words-1"]),
        ({"producers": (1,)}, ["producer-1"]),
        ({"producers": (1, 1)}, ["producer-1"]),
        ({"producers": tuple(range(11))}, ["producer-1"]),
        ({"answer_until": TODAY - timedelta(days=1)}, ["answer_until"]),
        ({"wanted_by": TODAY}, ["wanted_by"]),
        ({"wanted_by": date(2099, 1, 1)}, ["wanted_by"]),
        ({"address": " "}, ["address"]),
    ],
)
def test_what_is_wrong_with_an_inquiry_is_named_by_field(session, county, changes, fields):
    found = wrong_inquiry(asked(county, **changes), TODAY)
    assert [error.field for error in found] == fields


def test_answers_are_never_rewritten(session, county, both):
    session.commit()
    for statement in (
        "UPDATE quotation SET freight_fen = 0",
        "UPDATE quotation_line SET price_fen = 1",
        "DELETE FROM quotation_line",
        "DELETE FROM inquiry_step",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement))
        session.rollback()


def test_when_the_last_day_has_passed_the_unit_and_those_asked_hear_of_it_once(
    session, county, inquiry
):
    contracts.tell_of_last_days(session, LATER - timedelta(days=1))
    assert "inquiry_past" not in {kind for _who, kind in told(session)}
    for later in (LATER, LATER + timedelta(hours=1), LATER + timedelta(days=1)):
        contracts.tell_of_last_days(session, later)
    new = [one for one in told(session) if one[1] in ("inquiry_due", "inquiry_past")]
    assert new == [
        ("buyer@test", "inquiry_due"),
        (county.other_clerk.login, "inquiry_past"),
        (county.clerk.login, "inquiry_past"),
    ]


def test_where_all_have_answered_nobody_is_told_a_second_time(session, county, both):
    assert contracts.tell_of_last_days(session, LATER) == 0
