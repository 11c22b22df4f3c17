"""Who asks, who answers, and what cannot be answered so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.commission.models import DisputeStep
from marketplace.commission.queries.disputes import get_dispute
from marketplace.commission.rules.disputes import (
    BoughtByTheHost,
    DisputeAsked,
    DisputeEnded,
    NothingChanges,
    OwnDispute,
)
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.models import Notice
from marketplace.ordering.commands.disputes import (
    dispute_sale,
    grant_dispute,
    refuse_dispute,
    withdraw_dispute,
)
from tests.commission.disputing import ANSWER, WHY, asked, granted
from tests.commission.road import bought, finished, sold_by_link
from tests.commission.settling import host, owed
from tests.county import START, person
from tests.livestream.sessions import a_host, an_agency, hold_session
from tests.ordering.steps import lines_of


@pytest.fixture
def first(session, county):
    """Who followed links of hers: ten per cent."""
    return hold_session(session, county, county.mushrooms, county.noodles)


@pytest.fixture
def second(session, county):
    """Another host with the same goods: twenty per cent."""
    other = a_host(session, "SHANHUO", "second-host@test")
    return hold_session(
        session, county, county.mushrooms, county.noodles, rate_ppm=200_000, host=other
    )


def test_one_dispute_of_an_order_waits_at_a_time(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 1))
    dispute_id = asked(session, second, order)
    with pytest.raises(DisputeAsked):
        asked(session, second, order)
    withdraw_dispute(session, second.host, second.host_id, dispute_id, START)
    withdraw_dispute(session, second.host, second.host_id, dispute_id, START)
    assert get_dispute(session, dispute_id).state == "WITHDRAWN"
    again = asked(session, second, order)
    refuse_dispute(session, county.operator, again, "没有依据", START)
    with pytest.raises(DisputeEnded):
        refuse_dispute(session, county.operator, again, "没有依据", START)
    with pytest.raises(DisputeEnded):
        withdraw_dispute(session, second.host, second.host_id, again, START)
    assert owed(session, host(first.host_id)) == 640
    kinds = session.scalars(select(DisputeStep.kind).order_by(DisputeStep.id)).all()
    assert kinds == ["ASKED", "WITHDRAWN", "ASKED", "REFUSED"]


@pytest.mark.parametrize("number", ["", "P000", "x" * 20, "1' OR '1'='1"])
def test_no_such_order_is_told_without_saying_more(session, county, second, number):
    with pytest.raises(InvalidInput):
        dispute_sale(session, second.host, second.host_id, (number, WHY), START)


def test_an_order_without_the_hosts_goods_is_no_order_to_them(session, county):
    held = hold_session(session, county, county.noodles)
    _purchase, (order,) = bought(session, county, (county.mushrooms, 1))
    with pytest.raises(InvalidInput):
        asked(session, held, order)


def test_only_the_hosts_people_ask_and_take_back(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 1))
    dispute_id = asked(session, second, order)
    for other in (first.host, county.operator, county.shopper):
        with pytest.raises(NotFound):
            dispute_sale(session, other, second.host_id, (order.number, WHY), START)
        with pytest.raises(NotFound):
            withdraw_dispute(session, other, second.host_id, dispute_id, START)
    with pytest.raises(NotFound):
        withdraw_dispute(session, first.host, first.host_id, dispute_id, START)


def test_only_operations_answers_and_nobody_who_is_concerned(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 1))
    dispute_id = asked(session, second, order)
    for reader in (county.auditor,):
        with pytest.raises(Forbidden):
            refuse_dispute(session, reader, dispute_id, "无", START)
    for stranger in (county.shopper, second.host, county.clerk):
        with pytest.raises(NotFound):
            refuse_dispute(session, stranger, dispute_id, "无", START)
    for held in (first, second):
        both = person(
            session,
            f"both-{held.host_id}@test",
            ("CENTRE", 1, Role.OPERATOR),
            (OrganisationKind.HOST, held.host_id, Role.HOST),
        )
        with pytest.raises(OwnDispute):
            refuse_dispute(session, both, dispute_id, "无", START)
    agency_id = an_agency(session, second.host_id, 300_000)
    clerk = person(
        session,
        "agent@test",
        ("CENTRE", 1, Role.OPERATOR),
        (OrganisationKind.AGENCY, agency_id, Role.CLERK),
    )
    with pytest.raises(OwnDispute):
        refuse_dispute(session, clerk, dispute_id, "无", START)


def test_what_cannot_be_chosen_is_refused(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 1))
    dispute_id = asked(session, second, order)
    line = lines_of(session, order.id)[0]
    later = hold_session(
        session,
        county,
        county.mushrooms,
        started_at=START + timedelta(hours=1),
        host=(second.host_id, second.host),
    )
    noodles = second.offers[county.noodles.product_id]
    theirs = first.offers[line.product_id]
    mushrooms = second.offers[line.product_id]
    for chosen in (
        {},
        {line.id: 10**9},
        {10**9: mushrooms},
        {line.id: noodles},
        {line.id: theirs},
        {line.id: later.offers[line.product_id]},
    ):
        with pytest.raises(InvalidInput):
            grant_dispute(session, county.operator, dispute_id, (chosen, ANSWER), START)
    assert get_dispute(session, dispute_id).state == "OPEN"


def test_what_is_theirs_already_has_nothing_to_change(session, county, first):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 1))
    with pytest.raises(NothingChanges):
        granted(session, county, first, order)


def test_the_hosts_own_purchase_is_not_granted(session, county, first, second):
    helper = person(session, "helper@test", (OrganisationKind.HOST, second.host_id, Role.HOST))
    own = replace(county, shopper=helper)
    purchase, (order,) = bought(session, own, (county.mushrooms, 1))
    finished(session, own, purchase, [order])
    with pytest.raises(BoughtByTheHost):
        granted(session, county, second, order)


def test_both_sides_are_told_and_nobody_reads_the_buyers_name(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 1))
    granted(session, county, second, order)
    told = {
        (notice.kind, notice.person_id): notice
        for notice in session.scalars(select(Notice).where(Notice.object_kind == "dispute"))
    }
    assert ("dispute_asked", county.operator.person_id) in told
    assert ("dispute_granted", second.host.person_id) in told
    assert ("sale_given_away", first.host.person_id) in told
    assert all("王芳" not in str(notice.params) for notice in told.values())
