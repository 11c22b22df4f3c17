"""Listing and import: no fault that axe finds, and no scrolling sideways."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import get_own
from marketplace.core.pictures import draw
from marketplace.listing import commands, queries
from marketplace.listing.commands.imports import hand_in
from tests.browser.conftest import Shop
from tests.browser.test_every_page import all_faults
from tests.county import START
from tests.listing.photographs import jpeg
from tests.listing.tables import GOOD, numbered, row
from tests.listing.test_listing import WISH


@pytest.fixture
def listed(shop: Shop, session: Session) -> dict[str, list[str]]:
    """A draft, a product in review, one on sale with photographs and a rise that waits, a table
    with bad rows; the pages that each person has."""
    county = shop.county
    clerk, mushrooms = county.clerk, county.mushrooms.product_id
    draft = commands.draft(session, clerk, county.producer_id, WISH, START)
    second = replace(WISH, packs=(replace(WISH.packs[0], sku="A-2"),))
    submitted = commands.draft(session, clerk, county.producer_id, second, START)
    commands.submit(session, clerk, submitted, START)
    drawn = [draw("photos", jpeg()), draw("photos", jpeg(900, 700))]
    commands.add_photos(session, clerk, mushrooms, drawn, START)
    stands = queries.stands(session, get_own(session, mushrooms))
    dearer = replace(stands, packs=(replace(stands.packs[0], price_fen=9_900),))
    commands.revise(session, clerk, mushrooms, dearer, START, reason="运费涨了")
    table = ("货.xlsx", numbered(GOOD, row(sku="A-9", pack="一大堆", price="abc")))
    run = hand_in(session, clerk, county.producer_id, table, START)
    session.commit()
    producer = f"/producer/{county.producer_id}"
    goods = [f"{producer}/products/{one}" for one in (draft, submitted, mushrooms)]
    return {
        "clerk@test": [
            f"{producer}/products",
            f"{producer}/products/new",
            *goods,
            f"{producer}/import",
            f"{producer}/import/{run}",
        ],
        "cashier@test": [
            "/desk/changes",
            f"/desk/products/{mushrooms}",
            f"/desk/products/{submitted}",
        ],
        "": [f"/products/{mushrooms}", "/categories/shiitake"],
    }


@pytest.mark.parametrize(
    ("login", "english"), [("clerk@test", False), ("cashier@test", True), ("", True)]
)
def test_no_page_of_listing_has_a_fault(
    shop: Shop, listed: dict[str, list[str]], login: str, english: bool
) -> None:
    assert all_faults(shop.visit(login, english=english), listed[login]) == ""
