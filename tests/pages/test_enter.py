"""Enter in a field presses the first button of its form: nothing final stands there."""

from xml.etree.ElementTree import Element

import pytest

from tests.administration.people import appoint
from tests.conftest import FrozenClock
from tests.county import HUIGOU, County
from tests.entering.steps import officers
from tests.pages.conftest import Road
from tests.pages.test_entering import typed
from tests.walk.markup import Page, words_of

# One line of text sends its form by Enter.
LINES = {"", "text", "search", "tel", "email", "url", "number", "date", "password"}
ASK = {"ask": "GIVE", "organisation_kind": "UNIT", "role": "BUYER", "reason": "新同事"}


def by_enter(html: str, ending: str) -> str | None:
    """What Enter in a field of the form presses that leads to a place: its words; nothing where
    the first button takes no press, or where no field sends the form."""
    forms = [one for one in Page(html).elements if one.tag == "form"]
    (form,) = [one for one in forms if one.get("action", "").endswith(ending)]
    inside = list(form.iter())
    if not any(one.tag == "input" and one.get("type", "") in LINES for one in inside):
        return None
    pressed = next(one for one in inside if _submits(one))
    return None if "disabled" in pressed.attrib else words_of(pressed)


def _submits(one: Element) -> bool:
    kind = one.get("type", "submit" if one.tag == "button" else "")
    return one.tag in ("button", "input") and kind == "submit"


@pytest.mark.parametrize("deed", ["end", "listings"])
def test_a_village_does_not_end_without_the_question_being_opened(
    county: County, road: Road, deed: str
) -> None:
    page = road.visit(county.operator).see(f"/desk/places/{HUIGOU}")
    assert by_enter(page, f"{HUIGOU}/{deed}") is None


def test_a_role_is_not_given_by_writing_why_it_is_refused(county, road, session) -> None:
    three = appoint(session, county)
    wanted = {**ASK, "organisation": "区财政局"}
    road.visit(three.system).send(f"/desk/people/{county.shopper.person_id}/roles", **wanted)
    page = road.visit(three.security).see("/desk/roles")
    assert by_enter(page, "/decide") is None


def test_an_applicant_is_not_let_in_by_writing_why_not(county, road, session) -> None:
    three = officers(session, county)
    road.visit(county.shopper).send("/enter/submit", **typed())
    township = road.visit(three.township)
    page = township.see("/enter/1")
    assert by_enter(page, "/enter/1/pass") is None
    assert by_enter(page, "/requirements/legal/verify") is None


def test_papers_are_not_found_right_by_writing_what_is_wrong(
    county: County, road: Road, clock: FrozenClock
) -> None:
    clock.advance(days=200)
    road.visit(county.clerk).send(f"/producer/{county.producer_id}/papers", food_kind="")
    desk = road.visit(county.operator)
    page = desk.see("/desk/verifications")
    assert by_enter(page, "/verify") is None
    answer = desk.send("/desk/verifications/1/return", 422, words="长" * 501)
    assert "长" * 501 in answer.text
    assert 'href="#words-1"' in answer.text


def test_a_waiver_without_a_reason_is_shown_where_it_was_typed(county, road, session) -> None:
    three = officers(session, county)
    road.visit(county.shopper).send("/enter/submit", **typed())
    township = road.visit(three.township)
    answer = township.send("/enter/1/requirements/legal/waive", 422, words="")
    assert 'href="#words-legal"' in answer.text
    assert answer.text.count("field-error") == 1
    answer = township.send("/enter/1/return", 422, words="")
    assert 'href="#words"' in answer.text
    assert answer.text.count("field-error") == 1


def test_goods_are_not_accepted_by_enter_in_a_quantity(county: County, road: Road) -> None:
    order_id = road.deliver((county.mushrooms, 3))
    page = road.visit(county.buyer).see(f"/orders/{order_id}")
    assert by_enter(page, f"/orders/{order_id}/accept") is None
