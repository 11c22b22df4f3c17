"""Every page there is: nothing that axe finds, nothing off the screen, nothing that jumps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.databases import Databases
from tests.serving import served
from tests.walk.pages import Seen
from tests.walk.world import World, opened

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
FIND_FAULTS = """async rules => {
    const wanted = {resultTypes: ['violations'], ...(rules && {runOnly: rules})};
    return (await axe.run(document, wanted)).violations.map(fault =>
        `${fault.id}: ${fault.nodes.map(node => node.target + ' ' + node.html).join(' | ')}`);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# 400 % of a screen 1280 wide leaves this width.
NARROW = (320, 568)
LARGE_TYPE = "size => { document.documentElement.style.fontSize = size; }"
MOST_SHIFT = 0.02
WATCH_SHIFTS = """
    window.shifted = 0;
    window.moved = [];
    const corner = rect => `${rect.x},${rect.y} ${rect.width}x${rect.height}`;
    const words = node => node && (node.outerHTML || node.textContent).trim().slice(0, 60);
    new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (entry.hadRecentInput) return;
        window.shifted += entry.value;
        entry.sources.forEach(({node, previousRect, currentRect}) => window.moved.push(
            `${words(node)} from ${corner(previousRect)} to ${corner(currentRect)}`));
    })).observe({type: 'layout-shift', buffered: true});
"""


@dataclass(frozen=True)
class Look:
    """In which language, how wide, by day or by night."""

    locale: str
    size: tuple[int, int]
    scheme: str

    def __str__(self) -> str:
        return f"{self.locale}-{self.size[0]}-{self.scheme}"


LOOKS = [
    Look(locale, size, scheme)
    for locale in ("zh_Hans_CN", "en")
    for size in (PHONE, DESKTOP)
    for scheme in ("light", "dark")
]


@dataclass
class Walk:
    """One browser that becomes one person after the other."""

    world: World
    browser: Browser
    address: str
    look: Look
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def page_of(self, login: str) -> Page:
        if login not in self.contexts:
            width, height = self.look.size
            options: Any = {"color_scheme": self.look.scheme, "reduced_motion": "reduce"}
            context = self.browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", **options
            )
            context.add_init_script(WATCH_SHIFTS)
            cookie = self.world.client(login, self.look.locale).get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": "session", "value": cookie.value, "url": self.address}])
            page = context.new_page()
            page.on("console", self.note)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self.contexts[login] = context
        return self.contexts[login].pages[0]

    def note(self, message: ConsoleMessage) -> None:
        """Keeps errors, among them every breach of the content policy."""
        if message.type == "error":
            self.complaints.append(message.text)

    def faults(self, seen: Seen) -> Iterator[str]:
        page = self.page_of(seen.login)
        answer = page.goto(self.address + seen.path)
        if answer is None or answer.status != 200:
            yield f"{answer and answer.status}"
            return
        page.evaluate(AXE)
        # By night only the colours are others, and words are in their places in any language.
        rules = None if self.look.scheme == "light" else ["color-contrast"]
        yield from page.evaluate(FIND_FAULTS, rules)
        shift = page.evaluate("window.shifted")
        if shift > MOST_SHIFT:
            moved = page.evaluate("window.moved.join('; ')")
            yield f"moves by {shift:.3f} while it loads: {moved}"
        yield from self.sideways(page)
        yield from self.complaints
        self.complaints.clear()

    def sideways(self, page: Page) -> Iterator[str]:
        if page.evaluate(OVERFLOW) > 0:
            yield f"scrolls sideways by {page.evaluate(OVERFLOW)}"
        page.evaluate(LARGE_TYPE, "200%")
        if page.evaluate(OVERFLOW) > 0:
            yield f"scrolls sideways with large type by {page.evaluate(OVERFLOW)}"
        page.evaluate(LARGE_TYPE, "")
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        if page.evaluate(OVERFLOW) > 0:
            yield f"scrolls sideways at {NARROW[0]} by {page.evaluate(OVERFLOW)}"
        page.set_viewport_size({"width": self.look.size[0], "height": self.look.size[1]})


@pytest.fixture(scope="module")
def world(
    databases: Databases, demonstrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("walk"), databases.create(demonstrated)) as found:
        yield found


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    with served(world.app) as found:
        yield found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Two looks meet each language, width and colour scheme once; all eight on demand."""
    if "look" in metafunc.fixturenames:
        looks = LOOKS if metafunc.config.getoption("--every-look") else [LOOKS[0], LOOKS[-1]]
        metafunc.parametrize("look", looks, ids=str)


def test_no_page_has_a_fault(world: World, address: str, browser: Browser, look: Look) -> None:
    walk = Walk(world, browser, address, look)
    found = [
        f"{seen.path} as {seen.login or 'anyone'}: {fault}"
        for seen in world.pages
        for fault in walk.faults(seen)
    ]
    for context in walk.contexts.values():
        context.close()
    assert found == []
