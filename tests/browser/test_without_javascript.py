"""The shop with JavaScript off, from the first page to the placed purchase."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Shop


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
def test_a_shopper_finds_and_buys_without_javascript(shop: Shop, size: tuple[int, int]) -> None:
    noodles = shop.county.noodles
    visitor = shop.visit("shopper@test", size, java_script_enabled=False)
    page = visitor.open("/search?q=粉条")
    with page.expect_navigation():
        page.locator(f'main a[href="/products/{noodles.product_id}"]').first.click()
    page.fill(f"#quantity-{noodles.variant_id}", "3")
    visitor.send("/basket/lines")

    page = visitor.open("/basket")
    expect(page.locator(".money-total")).to_have_text("¥59.97")
    page.fill(f"#quantity-{noodles.variant_id}", "2")
    with page.expect_navigation():
        page.press(f"#quantity-{noodles.variant_id}", "Enter")
    expect(page.locator(".money-total")).to_have_text("¥39.98")

    visitor.send("/checkout")
    page.fill("#consignee_phone", "13900000000")
    page.fill("#consignee_address", "郧阳区城关镇解放北路 12 号")
    visitor.send("/checkout")
    assert "/purchases/" in page.url
    expect(page.locator("main")).to_contain_text("¥39.98")


def test_what_was_typed_wrongly_is_kept_and_named_without_javascript(shop: Shop) -> None:
    noodles = shop.county.noodles
    visitor = shop.visit("shopper@test", java_script_enabled=False)
    visitor.open(f"/products/{noodles.product_id}")
    visitor.send("/basket/lines")
    page = visitor.open("/checkout")
    page.fill("#consignee_phone", "12")
    page.fill("#consignee_address", "郧阳区城关镇解放北路 12 号")
    visitor.send("/checkout")
    expect(page.locator("#consignee_phone-error")).to_be_visible()
    expect(page.locator("#consignee_address")).to_have_value("郧阳区城关镇解放北路 12 号")
    # The answer to a refused form is 422, which the browser notes as an error.
    visitor.complaints.clear()
