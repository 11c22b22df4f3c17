"""A passkey in a real browser: the way in, confirming; and the same without scripts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.accounts.phones import Phone
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, Visitor
from tests.conftest import FrozenClock
from tests.county import County
from tests.serving import served

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def address(make_app: Callable[..., Flask], county: County) -> Iterator[str]:
    """The shop under a name: browsers make no passkeys for numbers."""
    app = make_app(testing=False)
    with served(app) as numbered:
        named = numbered.replace("127.0.0.1", "localhost")
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url=named)
        yield named


def open_page(browser: Browser, size: tuple[int, int], **options: bool) -> Page:
    screen = {"width": size[0], "height": size[1]}
    page = browser.new_context(viewport=screen, locale="zh-CN", **options).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    return page


def plug_in(page: Page) -> None:
    """Gives the browser an authenticator that verifies its user."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def fill_account(visitor: Visitor, path: str) -> None:
    """Types a bank account, and does not send it."""
    visitor.open(path)
    visitor.page.fill("#holder", "会沟村食用菌合作社")
    visitor.page.fill("#number", "6222021234567890")
    visitor.page.fill("#bank", "农商行")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_passkey_is_registered_and_is_the_whole_way_in(
    browser: Browser, address: str, county: County, clock: FrozenClock
) -> None:
    page = open_page(browser, PHONE)
    visitor = Visitor(page, address)
    page.on("console", visitor.note)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    plug_in(page)
    visitor.log_in("clerk@test")
    visitor.open("/account/security")
    assert fits(page)
    page.fill("#name", "办公室电脑")
    with page.expect_navigation():
        page.click("text=登记通行密钥 >> visible=true")
    assert page.locator(".recovery-codes code").count() == 10
    assert fits(page)
    visitor.open("/account/security")
    assert "办公室电脑" in page.inner_text("main")
    assert fits(page)
    page.context.clear_cookies()
    visitor.open("/login?next=/account/security")
    with page.expect_navigation():
        page.click("text=用通行密钥登录")
    assert "办公室电脑" in page.inner_text("main")
    clock.advance(minutes=11)
    path = f"/account/producer/{county.producer_id}"
    fill_account(visitor, path)
    with page.expect_navigation():
        page.locator(f'form[action$="{path}/accounts"] button').last.press("Enter")
    assert "请确认是您本人" in page.inner_text("main")
    assert fits(page)
    # What was typed is sent by itself once the key has answered.
    page.click("text=用通行密钥确认")
    page.wait_for_url(f"**{path}")
    assert "6222021234567890" in page.inner_text("main")
    page.context.close()
    # The page of the question answers 403, which Chromium notes.
    assert [one for one in visitor.complaints if "403" not in one] == []


def test_without_scripts_password_and_code_do_the_same(
    browser: Browser, address: str, county: County, clock: FrozenClock
) -> None:
    page = open_page(browser, DESKTOP, java_script_enabled=False)
    visitor = Visitor(page, address)
    visitor.log_in("clerk@test")
    visitor.open("/account/security")
    assert not page.locator("text=登记通行密钥 >> visible=true").count()
    visitor.open("/account/security/authenticator")
    secret = re.sub(r"\s", "", page.inner_text("main code"))
    phone = Phone(clock, secret)
    page.fill("#code", phone.shows())
    visitor.send("/account/security/authenticator")
    assert page.locator(".recovery-codes code").count() == 10
    page.context.clear_cookies()
    visitor.open("/login?next=/me")
    page.fill("#login", "clerk@test")
    page.fill("#password", PASSWORD)
    visitor.send("/login")
    page.fill("#code", phone.next())
    visitor.send("/login/code")
    assert page.url == f"{address}/me"
    clock.advance(minutes=11)
    path = f"/account/producer/{county.producer_id}"
    fill_account(visitor, path)
    visitor.send(f"{path}/accounts")
    page.fill("#code", phone.next())
    visitor.send("/account/confirm")
    visitor.send(f"{path}/accounts")
    assert "6222021234567890" in page.inner_text("main")
    page.context.close()
