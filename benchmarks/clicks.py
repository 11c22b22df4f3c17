"""Short links: what a redirect costs beside a bare one, and a hundred thousand clicks counted."""

import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from benchmarks.client import BadAnswer
from benchmarks.instance import Scale, fill, new_instance, open_app
from benchmarks.measure import Figures, Run, figures_of, run_operation
from benchmarks.server import Server
from benchmarks.statements import counted
from marketplace.core.db import Base
from marketplace.livestream.commands.clicks import collect_clicks
from marketplace.livestream.commands.links import make_link
from marketplace.livestream.local.spool import ClickSpool, click_home
from marketplace.livestream.models import LiveSession, SessionOffer
from marketplace.web import begin_again, commit, db, now, session

BROWSER = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
PERSON = {"User-Agent": BROWSER, "Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Dest": "document"}
PROGRAM = {"User-Agent": "curl/8.5.0"}
LINKS = 3
FOLLOWED = 1_000
CLICKS = 100_000
CLIENTS = 4
# Each visitor follows that many links before the next one comes.
EACH = 10


@dataclass(frozen=True)
class Counted:
    """What became of the clicks."""

    followed: int
    expected: int
    clicks: int
    expected_left_out: int
    left_out: int
    followed_in_s: float
    turns: int
    collected_in_s: float
    longest_turn_s: float

    @property
    def wrong(self) -> int:
        """Clicks that were lost or counted twice."""
        return abs(self.expected - self.clicks) + abs(self.expected_left_out - self.left_out)


@dataclass
class Seen:
    """What the clients themselves know: (link, visitor, hour) of people, and programs' visits."""

    people: set[tuple[str, str, str]] = field(default_factory=set)
    programs: int = 0


class Following:
    """One link followed again and again on one kept connection."""

    def __init__(self, port: int, path: str, cookie: str = "") -> None:
        self.name = "short link"
        self.path = path
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {**PERSON, **({"Cookie": cookie} if cookie else {})}

    def once(self) -> None:
        self.ask(self.headers)

    def ask(self, headers: dict[str, str]) -> str:
        """The cookie that came back."""
        self.connection.request("GET", self.path, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 302:
            raise BadAnswer(f"{self.path}: {answer.status}")
        return (answer.getheader("Set-Cookie") or "").partition(";")[0]


@dataclass(frozen=True)
class Door:
    """A running shop with links, and a server that only redirects."""

    app: Flask
    server: Server
    bare: Server
    codes: tuple[str, ...]


@contextmanager
def open_door(database_url: str | None, port: int) -> Iterator[Door]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        instance = new_instance(Path(folder), database_url)
        app = open_app(instance)
        with app.app_context():
            print("  building …", flush=True)
            fill(app, Scale("clicks", deals=80), is_indexed=False)
            codes = hold_session(instance.secret_key)
            db.engine.dispose()
        log = instance.folder / "server.log"
        server = Server("wsgi:app", port, instance.environ, probe="/healthz", log=log)
        bare = Server("benchmarks.ceiling:app", port + 1, {}, probe="/1", log=log)
        with server, bare:
            yield Door(app, server, bare, codes)


def hold_session(key: str) -> tuple[str, ...]:
    """A live session of the first host, with a few products; the codes of their links."""
    tables, moment = Base.metadata.tables, now()
    host_id = session().scalars(select(tables["host"].c.id).limit(1)).one()
    person_id = session().scalars(select(tables["person"].c.id).limit(1)).one()
    product = tables["product"]
    goods = session().execute(select(product.c.id, product.c.producer_id).limit(LINKS)).all()
    live = LiveSession(
        host_id=host_id,
        county_code="420304",
        title="measured",
        starts_at=moment,
        ends_at=moment + timedelta(hours=3),
        started_at=moment,
        state="LIVE",
        check_state="NOT_NEEDED",
        created_by=person_id,
        created_at=moment,
    )
    session().add(live)
    session().flush()
    codes = []
    for position, (product_id, producer_id) in enumerate(goods, 1):
        offer = SessionOffer(
            session_id=live.id,
            product_id=product_id,
            producer_id=producer_id,
            position=position,
            rate_ppm=100_000,
            state="AGREED",
        )
        session().add(offer)
        session().flush()
        codes.append(make_link(session(), live, offer, key, moment).code)
    commit()
    return tuple(codes)


def measure_redirect(door: Door, runs: int) -> tuple[Figures, Figures]:
    """A link and a bare redirect by turns: (ours, bare). The visitor comes again, as most do."""
    path = f"/l/{door.codes[0]}"
    cookie = Following(door.server.port, path).ask(PERSON)
    mine, least = list[Run](), list[Run]()
    # Short runs by turns: what else the machine does then hits both alike.
    for _ in range(4 * runs):
        for runs_of, server, operation in (
            (mine, door.server, Following(door.server.port, path, cookie)),
            (least, door.bare, Following(door.bare.port, "/to/5")),
        ):
            operation.once()
            runs_of.append(run_operation(server, operation, FOLLOWED))
    return figures_of("short link", mine), figures_of("bare redirect", least)


def statements_of_links(door: Door) -> tuple[int, int]:
    """(the first time in a process, ever after)."""
    client = door.app.test_client(use_cookies=False)
    with door.app.app_context():
        engine = db.engine
    numbers = []
    for _ in range(2):
        with counted(engine) as seen:
            client.get(f"/l/{door.codes[1]}", headers=PERSON)
        numbers.append(len(seen))
    return numbers[0], numbers[1]


def count_clicks(door: Door) -> Counted:
    """Followed by several clients at once, and collected meanwhile."""
    with door.app.app_context():
        # What was followed to measure redirects.
        _turn(door.app)
        before = _totals()
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as crowd:
            clients = [crowd.submit(_click, door) for _ in range(CLIENTS)]
            took = list(_collect(door.app, clients))
        followed_in_s = time.monotonic() - began
        while turn := _turn(door.app):
            took.append(turn)
        rows, clicks, left_out = (
            late - early for late, early in zip(_totals(), before, strict=True)
        )
        assert rows == clicks, (rows, clicks)
    seen = [client.result() for client in clients]
    return Counted(
        followed=CLICKS,
        expected=sum(len(one.people) for one in seen),
        clicks=clicks,
        expected_left_out=sum(one.programs for one in seen),
        left_out=left_out,
        followed_in_s=round(followed_in_s, 1),
        turns=len(took),
        collected_in_s=round(sum(took), 2),
        longest_turn_s=round(max(took), 2),
    )


def _click(door: Door) -> Seen:
    """A client's share: visitors one after the other, every tenth request a program's."""
    seen, doors = Seen(), [Following(door.server.port, f"/l/{code}") for code in door.codes]
    cookie = ""
    for place in range(CLICKS // CLIENTS):
        one = doors[place % LINKS]
        if place % EACH == 0:
            one.ask(PROGRAM)
            seen.programs, cookie = seen.programs + 1, ""
            continue
        cookie = one.ask({**PERSON, **({"Cookie": cookie} if cookie else {})})
        # The visitor, and the second at which the server saw them.
        visitor, second = re.match(r"touched=([^.]+)\..*-(\d+)\.", cookie).groups()  # type: ignore[union-attr]
        seen.people.add((one.path, visitor, str(int(second) // 3600)))
    return seen


def _collect(app: Flask, clients: list["Future[Seen]"]) -> Iterator[float]:
    """Turns of the job for as long as somebody clicks."""
    while not all(client.done() for client in clients):
        time.sleep(2)
        if turn := _turn(app):
            yield turn


def _turn(app: Flask) -> float:
    """How long a turn took; 0 where there was nothing to count."""
    spool = ClickSpool(click_home(app.config["SETTINGS"]))
    began = time.monotonic()
    begin_again(writing=True)
    lines = collect_clicks(session(), spool, now())
    commit()
    return time.monotonic() - began if lines else 0.0


def _totals() -> tuple[int, int, int]:
    """So far: (single rows, clicks as they are summed, left out)."""
    tables = Base.metadata.tables
    rows = session().scalar(select(func.count()).select_from(tables["click"])) or 0
    total = tables["link_total"].c
    clicks, left_out = (
        session()
        .execute(
            select(
                func.coalesce(func.sum(total.clicks), 0),
                func.coalesce(func.sum(total.left_out), 0),
            )
        )
        .one()
    )
    commit()
    return int(rows), int(clicks), int(left_out)


def measure_clicks(
    database_url: str | None, runs: int, port: int
) -> tuple[list[Figures], tuple[int, int], Counted]:
    """(ours and bare, statements, what became of a hundred thousand clicks)."""
    with open_door(database_url, port) as door:
        statements = statements_of_links(door)
        figures = list(measure_redirect(door, runs))
        print("  redirects measured", flush=True)
        return figures, statements, count_clicks(door)
