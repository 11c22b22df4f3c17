"""The page of a session's links in a real browser: copied with one tap."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from tests.browser.conftest import Shop
from tests.livestream.sessions import hold_session


@pytest.fixture
def page_of_links(shop: Shop, session: Session) -> str:
    county = shop.county
    held = hold_session(session, county, county.mushrooms, county.noodles)
    # The host may log in as everyone else may.
    known = select(Person.password_hash).where(Person.login == "shopper@test")
    session.execute(
        update(Person)
        .where(Person.login == "host@test")
        .values(password_hash=session.scalars(known).one())
    )
    session.commit()
    return f"/host/sessions/{held.session_id}/links"


def test_one_tap_copies_a_link(shop: Shop, page_of_links: str) -> None:
    visitor = shop.visit("host@test")
    visitor.open(page_of_links)
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator("[data-copy]").first
    address = page.locator("input[readonly]").first.input_value()
    button.click()
    page.wait_for_function("document.querySelector('[data-copy]').textContent === '已复制'")
    assert page.evaluate("navigator.clipboard.readText()") == address
