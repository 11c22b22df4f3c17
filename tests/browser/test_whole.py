"""Nothing jumps under the hand: a page that comes in parts is shown when it is whole, and what
scripts wake has its room before."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import PHONE, Shop
from tests.county import County
from tests.serving import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WAITS = b'<link rel="expect" href="#end" blocking="render">'
SHOWN = "() => performance.getEntriesByName('first-contentful-paint').length > 0"
# What a browser waits for in any page: the styles named at its beginning.
STYLED = """() => document.querySelector('main h2') &&
    [...document.querySelectorAll('link[rel=stylesheet]')].every(link => link.sheet)"""
A_WHILE_MS = 500
PLACES = """() => [...document.querySelectorAll('main a, main button, main input, main h2')]
    .filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect()).map(box => [box.x, box.y, box.width, box.height])"""


def in_parts(shop: "WSGIApplication", rest: Event, *, waits: bool) -> "WSGIApplication":
    """The same shop behind a line that brings the end of a page when it is told to."""

    def brought(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        environ["HTTP_ACCEPT_ENCODING"] = "identity"
        page = b"".join(shop(environ, start))
        if not waits:
            # As many bytes as before: the length is told already.
            page = page.replace(WAITS, b" " * len(WAITS))
        beginning, end, after = page.partition(b'<div id="end"')
        yield beginning
        if end:
            rest.wait()
        yield end + after

    return brought


@contextmanager
def half_there(browser: Browser, app: Flask, rest: Event, *, waits: bool) -> Iterator[Page]:
    """The first page of the shop, of which the end is still to come."""
    with served(in_parts(app.wsgi_app, rest, waits=waits)) as address:
        page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
        page.goto(address, wait_until="commit")
        try:
            yield page
        finally:
            rest.set()
            page.close()


def test_a_page_is_shown_when_it_is_whole(
    browser: Browser, make_app: Callable[..., Flask], county: County
) -> None:
    rest = Event()
    with half_there(browser, make_app(testing=False), rest, waits=True) as page:
        page.wait_for_function(STYLED, polling=50)
        page.wait_for_timeout(A_WHILE_MS)
        assert not page.evaluate(SHOWN)
        rest.set()
        page.wait_for_function(SHOWN, polling=50)


def test_it_is_the_link_that_waits(
    browser: Browser, make_app: Callable[..., Flask], county: County
) -> None:
    with half_there(browser, make_app(testing=False), Event(), waits=False) as page:
        page.wait_for_function(SHOWN, polling=50)


@pytest.mark.parametrize(
    ("path", "script", "woken"),
    [
        ("/products/{product}", "app", "[data-step]"),
        ("/login", "passkeys", "form[data-passkey]"),
    ],
)
def test_what_a_script_wakes_has_its_room_before(
    shop: Shop, path: str, script: str, woken: str
) -> None:
    page = shop.visit(size=PHONE).page
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route(f"**/js/{script}.js*", hold)
    address = shop.address + path.format(product=shop.county.mushrooms.product_id)
    page.goto(address, wait_until="commit")
    page.wait_for_function(SHOWN, polling=50)
    assert page.locator(woken).first.is_hidden()
    before = page.evaluate(PLACES)
    late[0].continue_()
    page.locator(woken).first.wait_for()
    assert page.evaluate(PLACES) == before
