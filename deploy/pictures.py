"""Takes the pictures of README and guides from a running shop with demonstration data.

Usage: python -m deploy.pictures http://127.0.0.1:8000   (start the shop with `make run` first)
"""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "demo-pass-2026"  # noqa: S105  (published with the demonstration)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Picture:
    """A page of a guide: who looks, where they begin, and the link that they follow from there."""

    name: str
    login: str
    path: str
    link: str = ""


GUIDE = (
    Picture("basket", "buyer@demo", "/basket"),
    Picture("list", "buyer@demo", "/basket/list"),
    Picture("plan", "buyer@demo", "/unit/", "a[href$='/plan']"),
    Picture("accept", "buyer@demo", "/orders?tab=to_accept", "a[href^='/orders/']"),
    Picture("approval", "approver@demo", "/unit/", "a[href$='/approval']"),
    Picture("account", "finance@demo", "/unit/", "a[href^='/account/unit/']"),
    Picture("filing", "finance@demo", "/unit/", "a[href$='/filing']"),
    Picture("below", "supervisor@demo", "/unit/", "a[href*='/units?']"),
    Picture("producer", "producer@demo", "/producer/"),
    Picture("dispatch", "producer@demo", "/producer/", "a[href$='/dispatch']"),
    Picture("settlements", "producer@demo", "/producer/", "a[href$='/settlements']"),
    Picture("session", "host@demo", "/host/", "a[href^='/host/sessions/']"),
    Picture("statement", "host@demo", "/host/", "a[href$='/statement']"),
    Picture("desk", "official@demo", "/desk/"),
    Picture("transfers", "cashier@demo", "/desk/transfers"),
    Picture("people", "system@demo", "/desk/people"),
    Picture("audit", "auditor@demo", "/desk/audit"),
    Picture("signals", "auditor@demo", "/desk/signals"),
    Picture("me", "shopper@demo", "/me"),
)


def open_page(browser: Browser, screen: Any) -> Page:
    """A fresh visitor with a screen of this size."""
    context = browser.new_context(viewport=screen, locale="zh-CN", color_scheme="light")
    return context.new_page()


def take(page: Page, name: str) -> None:
    """Keeps what is on the screen; a picture too heavy for a README is refused."""
    path = PICTURES / f"{name}.png"
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} has {size} bytes, at most {MOST_BYTES} are wanted.")
    print(f"{path.relative_to(ROOT)}  {size // 1024} KiB")


def take_small(page: Page, name: str) -> None:
    """Keeps it for a guide, where small letters matter less than a quick page."""
    path = PICTURES / f"{name}.webp"
    page.wait_for_load_state("networkidle")
    Image.open(BytesIO(page.screenshot())).save(path, quality=70, method=6)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KiB")


def log_in(page: Page, address: str, login: str) -> None:
    """Through the door of the demonstration."""
    page.goto(f"{address}/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.press("#password", "Enter")


def follow(page: Page, link: str) -> None:
    """Goes to where the first such link of the page leads."""
    with page.expect_navigation():
        page.locator(f"main {link}").first.click()


def take_all(browser: Browser, address: str) -> None:
    """Home, a product, its village, a unit's year; and the home page on a phone."""
    page = open_page(browser, DESKTOP)
    page.goto(address)
    take(page, "home")
    follow(page, 'a[href^="/products/"]')
    take(page, "product")
    follow(page, 'a[href^="/villages/"]')
    take(page, "village")
    unit = open_page(browser, DESKTOP)
    log_in(unit, address, "buyer@demo")
    unit.goto(f"{address}/unit/")
    take(unit, "unit")
    phone = open_page(browser, PHONE)
    phone.goto(address)
    take(phone, "phone")


def take_guide(browser: Browser, address: str) -> None:
    """Each kind of person at their own pages."""
    for picture in GUIDE:
        page = open_page(browser, DESKTOP)
        log_in(page, address, picture.login)
        page.goto(f"{address}{picture.path}")
        if picture.link:
            # Some stand under "more": read, not clicked.
            found = page.locator(f"main {picture.link}").first.get_attribute("href")
            page.goto(f"{address}{found}")
        take_small(page, picture.name)
        page.context.close()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    path = shutil.which("chromium")
    if path is None:
        print("No Chromium here. Run: deploy/ensure.sh browsers", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        take_all(browser, arguments[0].rstrip("/"))
        take_guide(browser, arguments[0].rstrip("/"))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
