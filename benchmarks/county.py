"""The cockpit and the board over a county that has traded for five years: 340 villages and ten
communities, 273 units, a million entries."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.client import ANEW
from benchmarks.instance import Scale, busiest_village, official_of
from benchmarks.lines import check_totals
from benchmarks.measure import Figures
from benchmarks.scenarios import PageScenario
from benchmarks.shop import Effort, Place, measure, open_shop
from benchmarks.visitor import Visitor
from marketplace.cockpit.commands import keep_family
from marketplace.cockpit.queries import count_family
from marketplace.cockpit.rules import Family
from marketplace.reports.queries import prove
from marketplace.web import begin_again, commit, now, session

LINES = 1_000_000
COUNTY = Scale("county", lines=LINES)


@dataclass(frozen=True)
class Background:
    """What is done by a job: processor time of one go."""

    name: str
    cpu_s: float


@dataclass(frozen=True)
class Held:
    """What the database holds, and how many kept totals were found to be their entries' sums."""

    entries: int
    totals_checked: int


def measure_county(
    effort: Effort, database_url: str | None, port: int
) -> tuple[list[Figures], Sequence[Background], Held]:
    """Each page beside the ceiling of as many bytes, and what the jobs behind them cost."""
    with open_shop(COUNTY, Place(database_url), 1, port) as shop:
        with shop.app.app_context():
            begin_again(writing=True)
            login, village = official_of(), busiest_village(session())
            jobs, held = _count(), Held(LINES, check_totals(session()))
        visitor = Visitor(port)
        visitor.log_in(login)
        pages = _pages(village)
        cookies = {"official": visitor.cookie, "newcomer": f"{visitor.cookie}; {ANEW}"}
        seen = replace(shop, cookies=cookies, targets=replace(shop.targets, pages=pages))
        return measure(seen, [page.name for page in pages], effort), jobs, held


def _pages(village: str) -> tuple[PageScenario, ...]:
    """Those of the desk, and of whoever is logged in, as seen again within the minute; `first`, as
    seen for the first time since something changed."""
    return (
        PageScenario("desk", "/desk/", who="official"),
        PageScenario("desk-first", "/desk/", who="newcomer"),
        PageScenario("desk-villages", "/desk/villages", who="official"),
        PageScenario("desk-unsold", "/desk/villages?sold=none&span=quarter", who="official"),
        PageScenario("desk-ledger", f"/desk/villages/{village}", who="official"),
        PageScenario("desk-matches", "/desk/matches", who="official"),
        PageScenario("board", "/board"),
        PageScenario("board-drawn", "/board", who="official"),
        PageScenario("board-first", "/board", who="newcomer"),
        PageScenario("village", f"/villages/{village}"),
        PageScenario("village-drawn", f"/villages/{village}", who="official"),
    )


def _count() -> Sequence[Background]:
    """The jobs of every five minutes, and the proof of the night as far as it reads."""
    done = []
    for family in Family:
        began = time.process_time()
        keep_family(session(), family, count_family(session(), family, now()), now())
        done.append(Background(f"cockpit.{family}", time.process_time() - began))
    commit()
    began = time.process_time()
    prove(session())
    done.append(Background("books.prove", time.process_time() - began))
    return done
