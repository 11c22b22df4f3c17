"""Pages in the middle of a county's work: no fault that axe finds, and no scrolling sideways."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from marketplace.notices.commands import mark_read, tell_people
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import Parcel
from marketplace.payments import commands as payments
from tests.browser.conftest import DESKTOP, PHONE, Shop, Visitor
from tests.county import HUIGOU, START, County
from tests.notices.telling import tiding
from tests.ordering.steps import accepted, completed, placed

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
FIND_FAULTS = """async rules => {
    const wanted = {resultTypes: ['violations'], ...(rules && {runOnly: rules})};
    return (await axe.run(document, wanted)).violations.map(fault =>
        `${fault.id}: ${fault.nodes.map(node => node.target + ' ' + node.html).join(' | ')}`);
}"""
# All rules by day on a phone; on a desk and by night only the colours are others.
LOOKS = ((PHONE, "light", None), (DESKTOP, "dark", ["color-contrast"]))
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(visitor: Visitor, path: str) -> Iterator[str]:
    """What is wrong with a page at each width, once by day and once by night."""
    page = visitor.page
    for (width, height), scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate(OVERFLOW) > 0:
            yield f"{path} at {width}: scrolls sideways"
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for fault in page.evaluate(FIND_FAULTS, rules):
            yield f"{path} at {width}, {scheme}: {fault}"


def all_faults(visitor: Visitor, paths: list[str]) -> str:
    """The faults of all these pages together, so that one run shows everything."""
    found: list[str] = []
    for path in paths:
        visitor.open(path)
        visitor.page.evaluate(AXE)
        found += faults(visitor, path)
    return "\n".join(found)


def on_the_way(session: Session, county: County) -> tuple[Purchase, Order, Order]:
    """A purchase of which one order has arrived and the other is still travelling."""
    wish = county.wish((county.mushrooms, 2), (county.noodles, 3))
    going, (arrived, travelling) = placed(session, county, wish)
    for order, clerk in ((arrived, county.clerk), (travelling, county.other_clerk)):
        ordering.confirm(session, clerk, order.id, None, START)
        ordering.ship(session, clerk, order.id, Parcel("邮政", f"EMS{order.id}"), START)
    ordering.receive(session, county.buyer, arrived.id, START)
    return going, arrived, travelling


@pytest.fixture
def busy(shop: Shop, session: Session) -> dict[str, list[str]]:
    """A county in the middle of its work; the pages that each person has."""
    county = shop.county
    wish = county.wish((county.mushrooms, 2), (county.noodles, 3))
    done, done_orders = completed(session, county, wish)
    _, (to_confirm, to_ship) = placed(session, county, wish)
    ordering.confirm(session, county.other_clerk, to_ship.id, None, START)
    going, to_accept, to_receive = on_the_way(session, county)
    due, due_orders = placed(session, county, county.wish((county.oil, 1)))
    accepted(session, county, due_orders[0])
    payment = payments.ask_for_payment(session, county.buyer, due.id, "bank_transfer", START)
    waiting = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, waiting.id, START)
    told = [tiding(county.shopper, kind) for kind in ("order_shipped", "refund_done")]
    tell_people(session, told, START)
    mark_read(session, county.shopper, 1, START)
    ordering.put_in_basket(session, county.buyer, county.mushrooms.variant_id, 2, START)
    session.commit()
    orders = (to_accept, to_receive, done_orders[0], to_confirm, to_ship)
    purchases = (done, due, going, waiting)
    return pages_of(county, orders, purchases, payment.id)


def pages_of(
    county: County, orders: tuple[Order, ...], purchases: tuple[Purchase, ...], payment_id: int
) -> dict[str, list[str]]:
    """By login; the public has none."""
    to_accept, to_receive, finished, to_confirm, to_ship = (f"/orders/{one.id}" for one in orders)
    done, due, going, waiting = (f"/purchases/{one.id}" for one in purchases)
    unit, producer = f"/unit/{county.unit_id}", f"/producer/{county.producer_id}"
    recall = f"/batches/{county.mushrooms.batch_id}/recall"
    return {
        "": [
            "/", "/categories/shiitake", "/search?q=香菇", "/search?q=xyzzy", "/board", "/villages",
            f"/products/{county.mushrooms.product_id}", f"/villages/{HUIGOU}", "/login",
            f"/producers/{county.producer_id}", f"/trace/B{county.mushrooms.variant_id:05d}",
            "/password/forgotten", "/register", "/register/sent",
            "/certified", "/certified/notices",
        ],
        "buyer@test": [
            "/basket", "/checkout", "/orders", to_accept,
            to_receive, finished, done,
            due, going, unit, f"{unit}/members",
        ],
        "approver@test": [f"{unit}/approvals", f"{waiting}/approval"],
        "clerk@test": [to_confirm, producer]
        + [f"{producer}/{room}" for room in ("orders", "stock", "statement")]
        + [f"{producer}/{room}" for room in ("batches", "capacity", "certification")]
        + [f"{producer}/batches/{county.mushrooms.batch_id}"]
        + [f"{producer}/batches/{county.mushrooms.batch_id}/labels", recall],
        "clerk2@test": [to_ship],
        "cashier@test": [
            "/desk/", "/desk/payments", f"/desk/payments/{payment_id}", "/desk/refunds",
            "/desk/products", "/desk/units", "/desk/orders", "/desk/purchases",
            "/desk/recalls", "/desk/expiring", "/desk/outlets", "/desk/capacity", recall,
            "/desk/certification", f"/desk/certificates?number=鄂扶 {county.mushrooms.product_id}",
            "/desk/reconciliation", "/desk/ledger", "/desk/components",
        ],
        "shopper@test": ["/basket", "/orders", "/me", "/me/notices", "/me/notices/settings"],
    }  # fmt: skip


PEOPLE = ["", "buyer@test", "approver@test", "clerk@test", "clerk2@test", "cashier@test"]


@pytest.mark.parametrize("login", [*PEOPLE, "shopper@test"])
def test_no_page_has_a_fault(shop: Shop, busy: dict[str, list[str]], login: str) -> None:
    assert all_faults(shop.visit(login), busy[login]) == ""
