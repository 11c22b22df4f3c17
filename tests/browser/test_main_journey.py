"""The main road on foot: everyone at their own screen, and the sums at the end to the fen."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Shop, Visitor
from tests.county import HUIGOU, YUNCAI

# 100 × 64.03 and 80 × 52.07 yuan: from 10,000 yuan on, another than the buyer accepts.
TOTAL = "¥10,568.60"
COUNTED = "10,568.60"
GAP = "39,431"
# A third and two thirds of each line, by largest remainder.
VILLAGES = {HUIGOU: "¥3,522.86", YUNCAI: "¥7,045.74"}


def order_numbers(visitor: Visitor) -> list[str]:
    """The paths of the orders this page leads to."""
    links = visitor.page.locator('main a[href*="/orders/"]').all()
    return sorted({str(link.get_attribute("href")) for link in links})


def fill_basket(shop: Shop, buyer: Visitor) -> None:
    wanted = ((shop.county.mushrooms, 100), (shop.other_mushrooms, 80))
    for goods, packs in wanted:
        page = buyer.open(f"/products/{goods.product_id}")
        page.fill(f"#quantity-{goods.variant_id}", str(packs))
        buyer.send("/basket/lines")


def check_out(shop: Shop, buyer: Visitor) -> str:
    """For the unit, paid after delivery; returns the path of the purchase."""
    page = buyer.open("/basket")
    expect(page.locator(".money-total")).to_have_text(TOTAL)
    buyer.send("/checkout")
    page.check('input[name="fund"][value="UNION"]')
    page.check('input[name="payment_terms"][value="POSTPAY"]')
    page.fill("#consignee_phone", "13800000000")
    page.fill("#consignee_address", "郧阳区城关镇沿江大道 8 号")
    buyer.send("/checkout")
    return page.url.removeprefix(shop.address).partition("#")[0]


def deliver(clerk: Visitor, producer_id: int) -> None:
    """A producer's clerk confirms and ships the one order of theirs."""
    clerk.open(f"/producer/{producer_id}/orders")
    (order,) = order_numbers(clerk)
    clerk.open(order)
    clerk.send("/confirm")
    clerk.page.fill("#carrier", "邮政")
    clerk.page.fill("#tracking", f"EMS{producer_id}")
    clerk.send("/ship")


def confirm_transfer(cashier: Visitor) -> None:
    page = cashier.open("/desk/payments")
    page.locator("tbody a").first.click()
    expect(page.locator("#received")).to_have_value(COUNTED)
    page.fill("#reference", "BANK-0001")
    cashier.send("/confirm")
    expect(page.locator("main .money-total")).to_contain_text(COUNTED)
    with page.expect_navigation():
        page.press('button[name="confirmed"][value="1"]', "Enter")


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
def test_a_purchase_moves_quota_and_villages_to_the_fen(
    shop: Shop, size: tuple[int, int], english: bool
) -> None:
    county = shop.county
    buyer = shop.visit("buyer@test", size, english=english)
    fill_basket(shop, buyer)
    purchase = check_out(shop, buyer)

    approver = shop.visit("approver@test", size, english=english)
    approver.open(f"{purchase}/approval")
    approver.send("/approve")

    for login, producer_id in (
        ("clerk@test", county.producer_id),
        ("clerk2@test", county.other_producer_id),
    ):
        deliver(shop.visit(login, size, english=english), producer_id)

    approver.open(purchase)
    orders = order_numbers(approver)
    assert len(orders) == 2
    for order in orders:
        approver.open(order)
        approver.send("/receive")
        approver.send("/accept")

    buyer.open(purchase)
    with buyer.page.expect_navigation():
        buyer.page.click('button[name="method"][value="bank_transfer"]')
    buyer.send("/declare")
    confirm_transfer(shop.visit("cashier@test", size, english=english))

    page = buyer.open(f"/unit/{county.unit_id}")
    expect(page.locator("main .key-counted").first).to_contain_text(COUNTED)
    expect(page.locator("main .quota-say").first).to_contain_text(GAP)
    visitor = shop.visit("", size, english=english)
    for code, amount in VILLAGES.items():
        page = visitor.open(f"/villages/{code}")
        expect(page.locator("main .money-total").first).to_have_text(amount)
