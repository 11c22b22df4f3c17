"""A purchase by keyboard alone: Tab, letters, arrows, Space and Enter, and always seen where."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Shop, Visitor

MOST_STOPS = 120
# Where the keyboard is, and whether one sees it: on the screen, with a ring around it, around the
# card it is in, or around what stands for it.
STOP = """wanted => {
    const at = document.activeElement, marked = [at, at.nextElementSibling];
    for (let one = at.parentElement; one; one = one.parentElement) marked.push(one);
    const ringed = one => {
        const style = one && getComputedStyle(one), box = one && one.getBoundingClientRect();
        return one && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 &&
            box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    };
    return {
        there: at.matches(wanted), seen: at === document.body || marked.some(ringed),
        html: at.outerHTML.slice(0, 200),
    };
}"""


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the keyboard is there. Each stop on the way must be seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP, wanted)
        assert stop["seen"], f"{page.url}: nobody sees the keyboard at {stop['html']}"
        if stop["there"]:
            return
    raise AssertionError(f"{page.url}: Tab does not come to {wanted}")


def enter(page: Page, wanted: str) -> None:
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, wanted: str, words: str) -> None:
    tab_to(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def choose(page: Page, name: str, value: str) -> None:
    """One of several: Space takes the first, arrows go on."""
    tab_to(page, f'input[name="{name}"]')
    page.keyboard.press("Space")
    chosen = page.locator(f'input[name="{name}"][value="{value}"]')
    for _ in range(page.locator(f'input[name="{name}"]').count()):
        if not chosen.is_checked():
            page.keyboard.press("ArrowDown")
    expect(chosen).to_be_checked()


def log_in(visitor: Visitor, login: str) -> Page:
    page = visitor.open("/login")
    write(page, "#login", login)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/login" not in page.url
    return page


def test_a_purchase_is_made_and_approved_by_keyboard_alone(shop: Shop) -> None:
    county = shop.county
    page = log_in(shop.visit(), "buyer@test")
    write(page, "#shop-q", "香菇")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    enter(page, f'main a[href="/products/{county.mushrooms.product_id}"]')
    write(page, f"#quantity-{county.mushrooms.variant_id}", "100")
    enter(page, 'form[action$="/basket/lines"] button:not([type="button"])')
    enter(page, 'a[href="/basket"]')
    enter(page, 'form[action$="/checkout"] button')
    choose(page, "fund", "UNION")
    choose(page, "payment_terms", "POSTPAY")
    write(page, "#consignee_phone", "13800000000")
    write(page, "#consignee_address", "郧阳区城关镇沿江大道 8 号")
    enter(page, 'form[action$="/checkout"] button:not([type="button"])')
    purchase = page.url.removeprefix(shop.address).partition("#")[0]
    assert purchase.startswith("/purchases/")

    page = log_in(shop.visit(), "approver@test")
    enter(page, f'a[href="/unit/{county.unit_id}/approvals"]')
    enter(page, f'a[href="{purchase}/approval"]')
    enter(page, 'form[action$="/approve"] button')
    page.goto(shop.address + purchase)
    expect(page.locator("main")).to_contain_text("待接单")
