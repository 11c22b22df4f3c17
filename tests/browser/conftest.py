"""A small county served on a port of its own, and people who visit it in a real browser."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.rules.passwords import fit_and_hash, use_cheap_hashes
from tests.county import County, Goods, goods
from tests.search.indexing import index
from tests.serving import served

PASSWORD = "seven quiet ponds"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HOW_TO_GET_ONE = "No Chromium to look through. Run: deploy/ensure.sh browsers"
PHONE = (390, 844)
DESKTOP = (1280, 800)
# How many tests a worker is given at first, where there are some dozens.
APART = 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that turns to the next page drops what it was still loading. The development
    server then leaves the file it was sending to the garbage collector."""
    ours = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(ours):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"))
    _part_walks(items)


def _part_walks(items: list[pytest.Item]) -> None:
    """Workers are given a few tests at a time, in their order. The walks over all pages take
    minutes each: no worker is given two of them while another has none."""
    walks = [item for item in items if item.path.name == "test_walk.py"]
    others = iter([item for item in items if item.path.name != "test_walk.py"])
    parted = [one for walk in walks for one in (walk, *islice(others, APART))]
    items[:] = [*parted, *others]


@dataclass
class Visitor:
    """One person at one screen. What the browser complains about is kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Goes to a page of the shop, which must answer well."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def send(self, action: str) -> None:
        """Presses, by keyboard, the button of the form that leads to a place ending in `action`."""
        form = self.page.locator(f'form[action$="{action}"]').first
        with self.page.expect_navigation():
            form.locator("button").last.press("Enter")

    def log_in(self, login: str) -> None:
        """Through the door, as everyone."""
        self.open("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.send("/login")
        assert "/login" not in self.page.url, self.page.locator("main").inner_text()

    def speak_english(self) -> None:
        """Presses the button in the masthead."""
        self.open("/")
        with self.page.expect_navigation():
            self.page.click('button[name="locale"][value="en"]')
        assert self.page.locator("html").get_attribute("lang") == "en"

    def note(self, message: ConsoleMessage) -> None:
        """Keeps errors, among them every breach of the content policy."""
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")


@dataclass
class Shop:
    """The served shop with the people of its county."""

    address: str
    county: County
    other_mushrooms: Goods
    visit: Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker; each visitor gets a context of their own."""
    path = shutil.which("chromium")
    assert path, HOW_TO_GET_ONE
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def county(session: Session, county: County) -> County:
    """The county of the tests, whose people can log in."""
    use_cheap_hashes()
    password_hash = fit_and_hash(PASSWORD, "nobody@test")
    session.execute(update(Person).values(password_hash=password_hash))
    session.commit()
    return county


@pytest.fixture
def other_mushrooms(session: Session, county: County, tmp_path: Path) -> Goods:
    """The same kind of mushroom, from the other producer."""
    made = goods(session, county.other_producer_id, "云彩山香菇", 5_207)
    index(session, tmp_path)
    session.commit()
    return made


@pytest.fixture
def address(make_app: Callable[..., Flask], county: County) -> Iterator[str]:
    """Where the shop is open while the test lasts."""
    with served(make_app(testing=False)) as found:
        yield found


@pytest.fixture
def shop(browser: Browser, address: str, county: County, other_mushrooms: Goods) -> Iterator[Shop]:
    """The open shop; at the end nobody's browser may have complained."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def visit(
        login: str = "", size: tuple[int, int] = DESKTOP, *, english: bool = False, **options: Any
    ) -> Visitor:
        screen: Any = {"width": size[0], "height": size[1]}
        contexts.append(browser.new_context(viewport=screen, locale="zh-CN", **options))
        contexts[-1].set_default_timeout(15_000)
        visitor = Visitor(contexts[-1].new_page(), address)
        visitor.page.on("console", visitor.note)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        if english:
            visitor.speak_english()
        if login:
            visitor.log_in(login)
        return visitor

    yield Shop(address, county, other_mushrooms, visit)
    for context in contexts:
        context.close()
    assert [complaint for one in visitors for complaint in one.complaints] == []
