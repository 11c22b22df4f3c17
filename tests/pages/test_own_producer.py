"""An official who also works for a producer sees its business and decides none of it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.capacity.commands import declare
from marketplace.capacity.rules import DeclaredCapacity
from marketplace.catalogue.queries import get_own
from marketplace.core.identity import Role
from marketplace.entering.commands import confirm_papers
from marketplace.listing import commands as listing
from marketplace.listing.queries import stands
from marketplace.listing.rules import PackWish, ProductWish
from marketplace.notices.models import Notice
from marketplace.producers.commands.workshops import NewWorkshop, add_workshop
from marketplace.producers.rules import Papers
from marketplace.reviews.commands import write_review
from marketplace.reviews.rules import GivenReview
from tests.county import HUIGOU, START, person
from tests.offline.steps import checked, verified
from tests.ordering.steps import accepted, placed

OWN = "您在这家供应商任职,不能办理它的事项,请交给同事。"


def handed_in(session, county):
    pack = PackWish("500 克", 3_000, 500, sku="A-1")
    wish = ProductWish("shiitake", "新香菇", HUIGOU, None, "好吃", (pack,))
    product_id = listing.draft(session, county.clerk, county.producer_id, wish, START)
    listing.submit(session, county.clerk, product_id, START)
    page = f"/desk/products/{product_id}"
    return page, {f"{page}/publish": {}, f"{page}/return": {"reason": "改"}}


def asked_for(session, county):
    """A higher price of goods on sale."""
    product_id = county.mushrooms.product_id
    now = stands(session, get_own(session, product_id))
    wanted = replace(now, packs=tuple(replace(pack, price_fen=9_000) for pack in now.packs))
    revised = listing.revise(session, county.clerk, product_id, wanted, START, reason="涨了")
    page = f"/desk/products/{product_id}"
    change = f"{page}/changes/{revised.request_id}"
    return page, {f"{change}/agree": {}, f"{change}/refuse": {"answer": "不"}}


def told_papers(session, county):
    told = (Papers("FILING", "备案 1"), ())
    one = confirm_papers(session, county.clerk, county.producer_id, told, START)
    page = "/desk/verifications"
    return page, {f"{page}/{one.id}/verify": {}, f"{page}/{one.id}/return": {"words": "不清"}}


def declared(session, county):
    wish = NewWorkshop("会沟香菇车间", HUIGOU, "WAGE", "香菇", 12)
    workshop = add_workshop(session, county.clerk, county.producer_id, wish, START)
    place = (county.producer_id, workshop.id)
    capacity = DeclaredCapacity("YEAR", "KILOGRAM", 100)
    one = declare(session, county.clerk, place, capacity, START)
    page = "/desk/capacity"
    return page, {f"{page}/{one.id}/confirm": {}, f"{page}/{one.id}/refuse": {"reason": "不"}}


def reviewed(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    (one,) = write_review(session, county.buyer, order.id, GivenReview(1, "不好"), START)
    given = {"ground": "PRIVACY", "words": "不好看"}
    return "/desk/reviews", {f"/desk/reviews/{one.id}/hide": given}


def offline_checked(session, county):
    page = f"/offline/{checked(session, county).id}"
    words = {"words": "不"}
    return page, {f"{page}/verify": {}, f"{page}/return": words, f"{page}/refuse": words}


WAITS = ("listing_submitted", "change_asked", "offline_checked")
MATTERS = (handed_in, asked_for, told_papers, declared, reviewed, offline_checked)


@pytest.fixture
def both(session, county):
    """Somebody of the centre who is a clerk of the first producer too."""
    centre = county.operator.standings[0].organisation_id
    roles = (("CENTRE", centre, Role.OPERATOR), ("PRODUCER", county.producer_id, Role.CLERK))
    return person(session, "both@test", *roles)


@pytest.mark.parametrize("matter", MATTERS)
def test_what_waits_of_ones_own_producer_is_left_to_colleagues(session, county, both, road, matter):
    page, deeds = matter(session, county)
    session.commit()
    mine, colleague = road.visit(both), road.visit(county.operator)
    assert OWN in mine.see(page)
    for address in deeds:
        assert f'action="{address}"' not in mine.see(page)
        assert f'action="{address}"' in colleague.see(page)
    for address, typed in deeds.items():
        mine.send(address, 403, **typed)
    address, typed = next(iter(deeds.items()))
    colleague.send(address, **typed)


def test_what_was_verified_of_ones_own_producer_is_taken_back_by_colleagues(
    session, county, both, road
):
    page = f"/offline/{verified(session, county).id}"
    session.commit()
    assert "整笔冲销" not in road.visit(both).see(page)
    road.visit(both).send(f"{page}/reverse", 403, words="错了")
    road.visit(county.operator).send(f"{page}/reverse", words="错了")


@pytest.mark.parametrize("matter", [handed_in, asked_for, offline_checked])
def test_only_colleagues_are_told_of_what_waits_of_ones_own_producer(session, county, both, matter):
    matter(session, county)
    desk = {county.operator.person_id, both.person_id}
    told = select(Notice.person_id).where(Notice.kind.in_(WAITS), Notice.person_id.in_(desk))
    assert session.scalars(told).all() == [county.operator.person_id]
