"""Numbers of orders and purchases in headings, on phones of several widths."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order
from tests.browser.conftest import PHONE, Shop
from tests.ordering.steps import placed

NUMBER = "PKKQMWHKW-1"
WIDTHS = (320, 325, 345, 360, 375, PHONE[0])
# How many lines of the heading the number stands on.
LINES = """number => {
    const texts = document.createTreeWalker(document.querySelector('h1'), NodeFilter.SHOW_TEXT);
    const tops = new Set();
    while (texts.nextNode()) {
        const at = texts.currentNode.data.indexOf(number);
        for (let letter = at; at >= 0 && letter < at + number.length; letter++) {
            const range = document.createRange();
            range.setStart(texts.currentNode, letter);
            range.setEnd(texts.currentNode, letter + 1);
            tops.add(Math.round(range.getBoundingClientRect().top));
        }
    }
    return tops.size;
}"""
# By how much the heading is wider than its place.
OVERFLOW = "h1 => h1.scrollWidth - h1.clientWidth"
LETTERS = "size => { document.documentElement.style.fontSize = size; }"


@pytest.fixture
def order_id(shop: Shop, session: Session) -> int:
    _, [order] = placed(session, shop.county, shop.county.wish((shop.county.mushrooms, 2)))
    session.execute(update(Order).values(number=NUMBER))
    session.commit()
    return order.id


@pytest.mark.parametrize("english", [False, True])
def test_the_number_of_an_order_stands_whole_in_its_heading(
    shop: Shop, order_id: int, english: bool
) -> None:
    page = shop.visit("buyer@test", PHONE, english=english).open(f"/orders/{order_id}")
    broken, wide = [], []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": PHONE[1]})
        if page.evaluate(LINES, NUMBER) != 1:
            broken.append(width)
        page.evaluate(LETTERS, "200%")
        if page.locator("h1").evaluate(OVERFLOW) > 0:
            wide.append(width)
        page.evaluate(LETTERS, "")
    assert (broken, wide) == ([], [])
