"""Takes the pictures of the README from a running shop with demonstration data.

Usage: python -m deploy.pictures http://127.0.0.1:8000   (start the shop with `make run` first)
"""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "demo-pass-2026"  # noqa: S105  (published with the demonstration)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 200_000


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
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
