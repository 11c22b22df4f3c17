"""A session is planned: its hours, products, commissions, links and order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.catalogue.commands import withdraw
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.livestream.commands.answers import agree_to_offer, refuse_offer
from marketplace.livestream.commands.offers import (
    move_offer,
    remove_offer,
)
from marketplace.livestream.commands.plans import end_plan
from marketplace.livestream.models import ShortLink
from marketplace.livestream.queries.sessions import offers_of
from marketplace.livestream.queries.waiting import CHECKS
from marketplace.livestream.rules.links import is_signed
from marketplace.livestream.rules.plans import ExclusiveElsewhere
from marketplace.livestream.rules.sessions import (
    HostSuspended,
    OfferAnswered,
    OfferDouble,
)
from marketplace.notices.rules import OpenNotice
from tests.county import START
from tests.livestream.planning import (
    EVENING,
    KEY,
    added,
    entries,
    offered,
    planned,
    suspend,
    told,
)
from tests.livestream.sessions import TABLES, a_host


@pytest.fixture
def host(session, county):
    return a_host(session)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": START - timedelta(hours=2)}, "starts_at"),
        ({"starts_at": START + timedelta(days=61), "ends_at": START + timedelta(days=61, hours=1)},
         "starts_at"),
        ({"ends_at": EVENING.starts_at}, "ends_at"),
        ({"ends_at": EVENING.starts_at + timedelta(hours=13)}, "ends_at"),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_named(session, host, changes, field):
    with pytest.raises(InvalidInput) as wrong:
        planned(session, host, replace(EVENING, **changes))
    assert field in [error.field for error in wrong.value.errors]


def test_nobody_plans_for_a_host_they_do_not_work_for(session, county, host):
    with pytest.raises(NotFound):
        planned(session, (host[0], county.clerk))
    suspend(session, host[0])
    with pytest.raises(HostSuspended):
        planned(session, host)


def test_what_a_plan_allows_is_agreed_and_more_is_proposed(session, county, host):
    plan = offered(session, county)
    made = planned(session, host)
    within = added(session, host, made, county.mushrooms, 120_000, limit_per_person=3)
    beyond = added(session, host, made, county.oil, 120_100)
    nowhere = added(session, host, made, county.noodles, 100)
    assert [(one.state, one.plan_id) for one in (within, beyond, nowhere)] == [
        ("AGREED", plan.id),
        ("PROPOSED", None),
        ("PROPOSED", None),
    ]
    assert [one.position for one in (within, beyond, nowhere)] == [1, 2, 3]
    assert told(session, county.clerk) == ["offer_proposed"]
    with pytest.raises(OfferDouble):
        added(session, host, made, county.mushrooms)
    links = session.scalars(select(ShortLink.code)).all()
    assert len(set(links)) == 3
    assert all(is_signed(code, KEY) for code in links)
    assert not is_signed(links[0], KEY + "x")


def test_of_what_is_proposed_in_place_of_something_taken_out_the_producer_hears(
    session, county, host
):
    made = planned(session, host)
    first = added(session, host, made, county.mushrooms)
    remove_offer(session, host[1], first.id, START)
    # SQLite gives the number of a row that is gone to the next one.
    added(session, host, made, county.oil)
    assert told(session, county.clerk) == ["offer_proposed"] * 2


@pytest.mark.parametrize("rate", [0, -1, 500_001])
def test_a_commission_has_its_bounds(session, county, host, rate):
    made = planned(session, host)
    with pytest.raises(InvalidInput):
        added(session, host, made, county.mushrooms, rate)


def test_what_is_not_on_sale_is_not_offered(session, county, host):
    made = planned(session, host)
    withdraw(session, county.oil.product_id, START)
    with pytest.raises(InvalidInput):
        added(session, host, made, county.oil)


def test_what_a_producer_promised_to_one_host_alone_no_other_may_offer(session, county, host):
    other = a_host(session, "AHUA", "ahua@test")
    product_id = county.mushrooms.product_id
    first = planned(session, host)
    asked = added(session, host, first, county.mushrooms)
    assert asked.state == "PROPOSED"
    offered(session, county, kind="EXCLUSIVE", product_id=product_id, host_id=other[0])
    with pytest.raises(ExclusiveElsewhere):
        agree_to_offer(session, county.clerk, (county.producer_id, asked.id), START)
    with pytest.raises(ExclusiveElsewhere):
        added(session, host, planned(session, host), county.mushrooms)
    assert added(session, other, planned(session, other), county.mushrooms).state == "AGREED"


def test_what_was_agreed_stays_when_its_plan_ends(session, county, host):
    plan = offered(session, county)
    made = planned(session, host)
    offer = added(session, host, made, county.mushrooms)
    end_plan(session, county.clerk, county.producer_id, plan.id, START)
    assert (offer.state, offer.plan_id) == ("AGREED", plan.id)
    assert added(session, host, made, county.oil).state == "PROPOSED"


def test_the_producer_answers_a_proposal_once(session, county, host):
    made = planned(session, host)
    first = added(session, host, made, county.mushrooms)
    second = added(session, host, made, county.oil)
    subject = (county.producer_id, first.id)
    agree_to_offer(session, county.clerk, subject, START)
    agree_to_offer(session, county.clerk, subject, START)
    assert first.state == "AGREED"
    with pytest.raises(OfferAnswered):
        refuse_offer(session, county.clerk, subject, "改主意了", START)
    refuse_offer(session, county.clerk, (county.producer_id, second.id), "货不够", START)
    assert second.state == "REFUSED"
    assert told(session, host[1]) == ["offer_agreed", "offer_refused"]
    assert entries(session, made)[-2:] == ["ANSWERED", "ANSWERED"]
    for stranger, producer_id in (
        (county.other_clerk, county.producer_id),
        (county.other_clerk, county.other_producer_id),
        (host[1], county.producer_id),
    ):
        with pytest.raises(NotFound):
            agree_to_offer(session, stranger, (producer_id, second.id), START)


def test_the_notice_of_a_proposal_waits_until_it_is_answered(session, county, host):
    offer = added(session, host, planned(session, host), county.mushrooms)
    notice = OpenNotice(1, county.clerk.person_id, "offer_proposed", offer.id, {})
    assert CHECKS["offer_proposed"](session, [notice], START) == {1}
    agree_to_offer(session, county.clerk, (county.producer_id, offer.id), START)
    assert CHECKS["offer_proposed"](session, [notice], START) == set()


def test_the_run_sheet_is_put_in_order_and_what_is_taken_out_leaves_no_link(session, county, host):
    made = planned(session, host)
    goods = (county.mushrooms, county.oil, county.noodles)
    first, second, third = (added(session, host, made, one) for one in goods)
    move_offer(session, host[1], third.id, -1)
    move_offer(session, host[1], first.id, -1)
    move_offer(session, host[1], first.id, 1)

    def order():
        return [one.product_id for one in offers_of(session, [made.id])]

    products = [one.product_id for one in goods]
    assert order() == [products[2], products[0], products[1]]
    with pytest.raises(Forbidden):
        move_offer(session, county.clerk, first.id, 1)
    remove_offer(session, host[1], second.id, START)
    assert order() == [products[2], products[0]]
    assert session.scalar(select(func.count()).select_from(ShortLink)) == 2
    assert entries(session, made)[-1] == "REMOVED"
    again = added(session, host, made, county.oil)
    assert again.position == 3


def test_clicks_on_a_link_go_with_it(session, county, host):
    made = planned(session, host)
    offer = added(session, host, made, county.mushrooms)
    link = session.scalar(select(ShortLink.id))
    session.execute(TABLES["click"].insert().values(link_id=link, hour=1, visitor="v"))
    session.execute(
        TABLES["link_total"].insert().values(link_id=link, hour=1, clicks=1, left_out=0)
    )
    remove_offer(session, host[1], offer.id, START)
    session.commit()
    assert session.scalar(select(func.count()).select_from(TABLES["click"])) == 0
