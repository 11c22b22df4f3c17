"""A whole measurement: a filled marketplace, its server, the ceiling, every scenario."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from benchmarks import scenarios
from benchmarks.client import BadAnswer, headers_of
from benchmarks.instance import Actors, Scale, fill, new_instance, open_app, supervisor_of
from benchmarks.measure import (
    CEILING_BYTES,
    Figures,
    Operation,
    beside,
    figures_of,
    measure_page,
    run_operation,
)
from benchmarks.scenarios import PIECES, Completing, PageScenario, Placing, Targets
from benchmarks.server import Server
from benchmarks.statements import counted, statements_of_page
from benchmarks.steps import STEPS, Asking, hire_for_steps, step_named
from benchmarks.visitor import Visitor
from marketplace.web import begin_again, db, session

PORT = 5301
# Pages as visitors get them, from the shelf, and as they are drawn for someone logged in.
SHELVED = ("home", "category", "product", "village", "board", "search")
WORK = ("suggestions", "basket", "approvals", "unit", "roll-up")
PAGES = (*SHELVED, *(f"{page}-drawn" for page in SHELVED), *WORK)
WRITES = ("place", "complete")
NAMES = ("ceiling", *PAGES, *STEPS, *WRITES)


@dataclass(frozen=True)
class Effort:
    """How long and how often."""

    runs: int = 3
    seconds: int = 4
    operations: int = 30


@dataclass(frozen=True)
class Shop:
    """A running marketplace with everything needed to measure it."""

    app: Flask
    engine: Engine
    server: Server
    ceiling: Server
    targets: Targets
    actors: Sequence[Actors]
    # By who it is; each has been used for a page before, as the cookie of a browser has.
    cookies: Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """Where a marketplace is measured: in which database, and where it is kept afterwards."""

    database_url: str | None = None
    kept_in: Path | None = None


@contextmanager
def _folder(kept_in: Path | None) -> Iterator[Path]:
    if kept_in:
        yield kept_in
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


@contextmanager
def open_shop(scale: Scale, place: Place, runs: int, port: int = PORT) -> Iterator[Shop]:
    """Fills a marketplace of its own and serves it; everything is gone afterwards, unless it has
    a folder to be kept in, where the next measurement finds it filled."""
    with _folder(place.kept_in) as folder:
        instance = new_instance(folder, place.database_url)
        app = open_app(instance)
        with app.app_context():
            if not instance.is_filled:
                print(f"  building {scale.name} …", flush=True)
                fill(app, scale)
                if place.kept_in:
                    instance.note_filled()
            targets = scenarios.choose_targets(session())
            scenarios.bring_in(targets)
            actors = scenarios.hire(targets, runs)
            engine = db.engine
        engine.dispose()
        log = instance.folder / "server.log"
        server = Server("wsgi:app", port, instance.environ, probe="/healthz", log=log)
        ceiling = Server("benchmarks.ceiling:app", port + 1, {}, probe="/1", log=log)
        with server, ceiling:
            cookies = _let_in(app, port, targets, actors[0])
            yield Shop(app, engine, server, ceiling, targets, actors, cookies)
        engine.dispose()


def _let_in(app: Flask, port: int, targets: Targets, actors: Actors) -> Mapping[str, str]:
    with app.app_context():
        supervisor = supervisor_of(targets.top)
    logins = {"buyer": actors.buyer, "approver": actors.approver, "supervisor": supervisor}
    found = {}
    for who, login in logins.items():
        visitor = Visitor(port)
        visitor.log_in(login)
        token = visitor.token_of("/")
        if who == "buyer":
            for one in targets.variants:
                line = {"csrf_token": token, "variant_id": str(one), "quantity": str(PIECES)}
                visitor.send("/basket/lines", line, expected=302)
            # The page that a form leads to shows its message, once.
            visitor.get("/basket")
        found[who] = visitor.cookie
    return found


def measure(shop: Shop, names: Sequence[str], effort: Effort) -> list[Figures]:
    """Every scenario that was asked for, in order."""
    figures = []
    if "ceiling" in names:
        page = ("ceiling 30 KB", f"/{CEILING_BYTES}", "", CEILING_BYTES)
        figures.append(_measure_page(shop.ceiling, shop.ceiling, page, effort))
    for scenario in shop.targets.pages:
        if scenario.name in names:
            figures.append(_measure_scenario(shop, scenario, effort))
            print(f"  {scenario.name} measured", flush=True)
    for name in STEPS:
        if name in names:
            figures.append(_measure_step(shop, name, effort))
            print(f"  {name} measured", flush=True)
    for name in WRITES:
        if name in names:
            figures.append(_measure_write(shop, name, effort))
            print(f"  {name} measured", flush=True)
    return figures


def _measure_scenario(shop: Shop, scenario: PageScenario, effort: Effort) -> Figures:
    cookie = shop.cookies.get(scenario.who, "")
    path, size = _follow(shop, scenario.path, cookie)
    page = (scenario.name, path, cookie, size)
    measured = _measure_page(shop.server, shop.ceiling, page, effort)
    statements = statements_of_page(shop.app, shop.engine, path, cookie)
    return replace(measured, path=path, statements=statements)


def _measure_page(
    server: Server, ceiling: Server, page: tuple[str, str, str, int], effort: Effort
) -> Figures:
    return measure_page(server, ceiling, page, effort.runs, effort.seconds)


def _follow(shop: Shop, path: str, cookie: str) -> tuple[str, int]:
    """The address that answers by itself, and the bytes of its page."""
    client = shop.app.test_client(use_cookies=False)
    answer = client.get(path, headers=headers_of(cookie), follow_redirects=True)
    if answer.status_code != 200 or answer.request.path == "/login":
        raise BadAnswer(f"{path}: {answer.status_code}")
    request = answer.request
    query = request.query_string.decode()
    return f"{request.path}?{query}" if query else request.path, len(answer.data)


def _measure_step(shop: Shop, name: str, effort: Effort) -> Figures:
    """One after the other and not without a pause: programs are held to so many calls a minute."""
    runs, least, size = [], [], 0
    for number in range(effort.runs):
        with shop.app.app_context():
            person = hire_for_steps(f"{name}{number}", shop.targets)
        step = step_named(name)(shop.app, shop.server.port, shop.targets, person)
        step.once()
        size = step.page_bytes
        runs.append(run_operation(shop.server, step, 4 * effort.operations))
        if size:
            bare = Asking(shop.ceiling.port, f"/{size}")
            least.append(run_operation(shop.ceiling, bare, 4 * effort.operations))
    measured = replace(figures_of(name, runs), page_bytes=size)
    return beside(measured, least) if least else measured


def _measure_write(shop: Shop, name: str, effort: Effort) -> Figures:
    runs = []
    for actors in shop.actors[: effort.runs]:
        operation = _operation(shop, name, actors, effort.operations + 1)
        operation.once()
        runs.append(run_operation(shop.server, operation, effort.operations))
    with _writing(shop):
        statements = _statements_of_write(shop, name)
    return replace(figures_of(name, runs), statements=statements)


def _operation(shop: Shop, name: str, actors: Actors, count: int) -> Operation:
    if name == "place":
        return Placing(shop.server.port, shop.targets, actors)
    with _writing(shop):
        orders = scenarios.bring_to_door(shop.targets, actors, count)
    return Completing(shop.server.port, actors, orders)


@contextmanager
def _writing(shop: Shop) -> Iterator[None]:
    """Commands in this process; the pages counted here before have left it reading."""
    with shop.app.app_context():
        begin_again(writing=True)
        yield


def _statements_of_write(shop: Shop, name: str) -> int:
    """Counted by doing the same through the commands in this process."""
    with counted(shop.engine) as seen:
        if name == "place":
            scenarios.place_once(shop.targets, shop.actors[0])
        else:
            orders = scenarios.bring_to_door(shop.targets, shop.actors[0], 1)
            seen.clear()
            scenarios.accept_once(shop.actors[0], orders[0])
    return len(seen)
