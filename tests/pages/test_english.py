"""Small words of the English pages: one day, thousands, several invoices, blanks after commas."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace.catalogue.models import Batch, Certification
from marketplace.cockpit.commands import take_snapshot
from marketplace.livestream.models import LiveSession
from tests.administration.people import appoint
from tests.county import START
from tests.livestream.sessions import hold_session


@pytest.fixture
def english(visit):
    def open_browser(who):
        visitor = visit(who)
        visitor.client.post("/language", data={"locale": "en"})
        return visitor

    return open_browser


@pytest.mark.parametrize(("days", "words"), [(1, "the oldest for 1 day "), (2, "for 2 days ")])
def test_one_day_is_one_day(english, county, road, clock, session, days, words):
    road.visit(county.clerk).send(
        f"/producer/{county.producer_id}/certification",
        product=str(county.oil.product_id),
        statement="收购 31 户",
        BENEFIT_TRUE="1",
        PRICE_FAIR="1",
    )
    clock.advance(days=days)
    session.rollback()
    take_snapshot(session, clock.now)
    session.commit()
    assert words in english(county.operator).see("/desk/")


def test_thousands_are_set_apart(english, county, session):
    session.execute(
        update(Batch).where(Batch.id == county.mushrooms.batch_id).values(quantity_on_hand=53_080)
    )
    session.commit()
    page = f"/producer/{county.producer_id}/batches/{county.mushrooms.batch_id}"
    assert "Packs: 53,080" in english(county.clerk).see(page)


def test_a_list_of_invoices_is_headed_by_several(english, county):
    assert "<h1>Invoices</h1>" in english(county.buyer).see("/invoices")


def test_a_blank_follows_a_comma(english, county, session):
    held = hold_session(session, county, county.mushrooms)
    ended = {"started_at": START, "ended_at": START + timedelta(hours=2)}
    session.execute(
        update(LiveSession).where(LiveSession.id == held.session_id).values(state="ENDED", **ended)
    )
    session.commit()
    page = english(held.host).see(f"/host/sessions/{held.session_id}/report")
    assert ", ended at" in page


def no_chinese_marks(page: str) -> bool:
    return not re.findall("[「」、]", page.partition("<main")[2].partition("</main>")[0])


def test_english_pages_have_no_chinese_marks_between_their_words(english, county, road, session):
    three = appoint(session, county)
    person = f"/desk/people/{county.shopper.person_id}"
    asked = {"ask": "GIVE", "organisation_kind": "UNIT", "organisation": "区财政局"}
    road.visit(three.system).send(f"{person}/roles", **asked, role="BUYER", reason="新同事")
    merged = {"other_name": "区档案馆", "into": "NEW", "name": "区综合局", "headcount": "109"}
    day = {"on_day": "2026-07-01", "reason": "郧编办"}
    units = f"/desk/units/{county.unit_id}/succession"
    road.visit(county.operator).send(f"{units}?what=merge", **merged, **day)
    (number,) = road.look(select(Certification.number).limit(1))
    read = english(county.operator)
    for path in (units, "/desk/units/3/succession"):
        assert no_chinese_marks(read.see(path)), path
    assert no_chinese_marks(read.see(f"/desk/certificates?number={number}"))
    assert "400, 401" in read.see("/api/v1/docs")
    page = english(three.system).see(person)
    assert no_chinese_marks(page)
    assert "system: 新同事" in page


@pytest.mark.parametrize(
    ("locale", "button", "step"),
    [("en", "Confirm the order", "Confirmed"), ("zh_Hans_CN", "接单", "接单")],
)
def test_a_button_says_what_it_does_and_a_step_what_was_done(county, road, locale, button, step):
    order = road.place((county.mushrooms, 5))
    clerk = road.visit(county.clerk)
    clerk.client.post("/language", data={"locale": locale})
    page = clerk.see(f"/orders/{order}")
    assert f">{button}</button>" in page
    trail = page.partition('<ol class="trail')[2].partition("</ol>")[0]
    assert step in trail
