"""Every page there is: valid, named, light, and really in the language it says."""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.walk.markup import faults
from tests.walk.pages import Seen
from tests.walk.world import World, opened

pytestmark = pytest.mark.slow

STATIC = Path(__file__).parents[2] / "static"
KIB = 1024
MOST_BYTES, MOST_SCRIPT_BYTES = 100 * KIB, 30 * KIB
ASSET = re.compile(r'(?:src|href)="[^"]*?/static/([^"?]+\.(?:css|js))')

FILE = "a file, a picture or figures for a script"
STATE = "needs a state that the demonstration is not in"
ELSEWHERE = "leads to another house and back"
UNSEEN = {
    "static": FILE,
    "health.is_up": FILE,
    "health.is_ready": FILE,
    "health.show_metrics": FILE,
    "administration.export_trail": FILE,
    "broadcast.board_figures": FILE,
    "broadcast.live_figures": FILE,
    "certification.paper": FILE,
    "contracts.scan": FILE,
    "desk.file_for_the_bank": FILE,
    "documents.file": FILE,
    "entering.scan": FILE,
    "filings.paper": FILE,
    "listing.picture": FILE,
    "ordering.acceptance_photo": FILE,
    "ordering.invoice_file": FILE,
    "ordering.photograph": FILE,
    "outlets.months": FILE,
    "outlets.shelf": FILE,
    "oversight.paper": FILE,
    "reviews.photograph": FILE,
    "storefront.suggestions": FILE,
    "storefront.test_report": FILE,
    "accounts.go_there": ELSEWHERE,
    "accounts.link_there": ELSEWHERE,
    "accounts.come_back": ELSEWHERE,
    "payments.come_back": ELSEWHERE,
    "accounts.code": STATE,
    "payments.pay": STATE,
}


@pytest.fixture(scope="module")
def world(
    databases: Databases, demonstrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    url = databases.create(demonstrated)
    with opened(tmp_path_factory.mktemp("walk"), url) as found:
        yield found
    databases.drop(url)


def test_the_walk_passes_every_page_there_is(world: World) -> None:
    rules = [one for one in world.app.url_map.iter_rules() if "GET" in (one.methods or ())]
    pages = {one.endpoint for one in rules if not one.rule.startswith("/api/")}
    assert sorted(pages - world.walker.rooms - set(UNSEEN)) == []
    assert sorted(set(UNSEEN) - pages) == []


def test_no_link_is_broken(world: World) -> None:
    assert world.walker.broken == []


@pytest.mark.one_database
def test_no_page_breaks_on_what_an_address_may_say(world: World) -> None:
    """Names that mean something to the house itself, and values of no use."""
    clients = {one.login: world.client(one.login) for one in world.pages}
    more = "endpoint=x&_external=1&_anchor=%00&_method=POST&_scheme=ftp&self=1&values=2&area=-1"
    found = []
    for page in world.pages:
        path = f"{page.path}{'&' if '?' in page.path else '?'}{more}"
        answer = clients[page.login].get(path)
        if answer.status_code >= 500:
            found.append(path)
        answer.close()
    assert found == []


@pytest.mark.one_database
@pytest.mark.parametrize(("locale", "lang"), [("zh_Hans_CN", "zh-CN"), ("en", "en")])
def test_every_page_is_valid(world: World, locale: str, lang: str) -> None:
    clients = {one.login: world.client(one.login, locale) for one in world.pages}
    found = []
    for page in world.pages:
        html = clients[page.login].get(page.path).text
        found += [f"{page.path} as {page.login or 'anyone'}: {one}" for one in faults(html, lang)]
    assert found == []


@cache
def squeezed(name: str) -> int:
    """What a file weighs on the way."""
    return len(gzip.compress((STATIC / name).read_bytes()))


def weights(page: Seen) -> tuple[int, int]:
    """Of the first view without photographs, and of the scripts in it."""
    assets = set(ASSET.findall(page.html))
    scripts = sum(squeezed(one) for one in assets if one.endswith(".js"))
    sheets = sum(squeezed(one) for one in assets if one.endswith(".css"))
    return len(gzip.compress(page.html.encode())) + sheets + scripts, scripts


@pytest.mark.one_database
def test_every_page_is_light(world: World) -> None:
    heavy = {page.path: weights(page) for page in world.pages}
    assert {path: sizes for path, sizes in heavy.items() if sizes[0] > MOST_BYTES} == {}
    # Charts are drawn on boards alone.
    drawing = {path for path, (_, scripts) in heavy.items() if scripts > MOST_SCRIPT_BYTES}
    assert {path for path in drawing if not path.startswith("/board")} == set()
