"""Small words of the English pages: one day, thousands, several invoices, blanks after commas."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from marketplace.catalogue.models import Batch
from marketplace.cockpit.commands import take_snapshot
from marketplace.livestream.models import LiveSession
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
