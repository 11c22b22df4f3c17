"""Clicks are counted exactly: none lost that was answered, none counted twice."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.livestream.commands import clicks
from marketplace.livestream.commands.clicks import collect_clicks, forget_clicks
from marketplace.livestream.local.spool import ClickSpool
from marketplace.livestream.models import Click, ClickFile, LinkTotal
from marketplace.livestream.rules.visits import Visit
from tests.county import START, County
from tests.livestream.clicker import HOURS, line_of
from tests.livestream.sessions import hold_session
from tests.races.crowd import all_at_once

ROOT = Path(__file__).resolve().parents[2]
HOUR = HOURS[0]


@pytest.fixture
def link_id(session: Session, county: County) -> int:
    return hold_session(session, county, county.mushrooms).links[county.mushrooms.product_id]


@pytest.fixture
def spool(tmp_path: Path) -> ClickSpool:
    return ClickSpool(tmp_path / "clicks")


def clicker(spool: ClickSpool, link_id: int, number: int, each: int = 1000) -> subprocess.Popen:
    words = [str(spool.home), str(link_id), str(number), str(each)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.livestream.clicker", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def collect(session: Session, spool: ClickSpool) -> int:
    """One turn of the job."""
    lines = collect_clicks(session, spool, START)
    session.commit()
    return lines


def collect_all(session: Session, spool: ClickSpool) -> int:
    """Turns until nothing is left, and the one that clears away."""
    total = 0
    while lines := collect(session, spool):
        total += lines
    collect(session, spool)
    return total


def totals(session: Session) -> tuple[int, int]:
    """(clicks, left out), which must be what the single rows say."""
    clicked, left_out = session.execute(
        select(func.sum(LinkTotal.clicks), func.sum(LinkTotal.left_out))
    ).one()
    assert (clicked or 0) == session.scalar(select(func.count()).select_from(Click))
    return clicked or 0, left_out or 0


def see(spool: ClickSpool, link_id: int, *visitors: str) -> None:
    for visitor in visitors:
        spool.note(HOUR, link_id, visitor, "", Visit.PERSON)


@pytest.mark.slow
def test_a_hundred_thousand_clicks_of_several_processes_come_out_exact(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    """Collected while they are noted, by one who comes and goes."""
    number = 25_000
    noting = [clicker(spool, link_id, number) for _ in range(4)]
    lines = 0
    while any(one.poll() is None for one in noting):
        lines += collect(session, spool)
    lines += collect_all(session, spool)
    assert [one.wait() for one in noting] == [0, 0, 0, 0]
    assert lines == 100_000
    seen = [line_of(place, number) for place in range(number)]
    visitors = {(hour, visitor) for hour, visitor, visit in seen if visit == Visit.PERSON}
    programs = sum(visit == Visit.AGENT for _hour, _visitor, visit in seen)
    assert totals(session) == (len(visitors), 4 * programs)
    assert spool.paths() == []
    for one in noting:
        assert one.stdout is not None
        one.stdout.close()


@pytest.mark.slow
def test_a_process_that_is_killed_loses_nothing_that_it_answered(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    victim = clicker(spool, link_id, 1_000_000, each=1)
    assert victim.stdout is not None
    for _ in range(5_000):
        victim.stdout.readline()
    victim.kill()
    answered = 5_000 + len(victim.stdout.read().split())
    victim.wait()
    victim.stdout.close()
    lines = collect_all(session, spool)
    # The one it was at may have been noted and not answered.
    assert answered <= lines <= answered + 1
    assert spool.paths() == []


def test_a_turn_that_fails_counts_nothing_and_the_next_counts_all(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    see(spool, link_id, "a", "b", "a")
    spool.note(HOUR, link_id, "", "", Visit.HEAD)
    collect_clicks(session, spool, START)
    session.rollback()
    assert collect(session, spool) == 4
    assert totals(session) == (2, 1)


def test_a_file_that_could_not_be_removed_is_not_counted_again(
    session: Session, spool: ClickSpool, link_id: int, tmp_path: Path
) -> None:
    see(spool, link_id, "a", "b")
    spool.note(HOUR, link_id, "", "", Visit.HEAD)
    spool.close()
    (path,) = spool.paths()
    shutil.copy(path, tmp_path / "copy")
    collect_all(session, spool)
    assert spool.paths() == []
    shutil.copy(tmp_path / "copy", path)
    assert collect(session, spool) == 0
    assert totals(session) == (2, 1)
    assert spool.paths() == []


def test_a_file_is_removed_only_by_the_turn_after_it_was_counted(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    see(spool, link_id, "a")
    spool.close()
    collect(session, spool)
    assert len(spool.paths()) == 1
    collect(session, spool)
    assert spool.paths() == []


def test_a_file_that_is_still_written_to_stays(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    for visitor in ("a", "b", "c"):
        see(spool, link_id, visitor)
        collect_all(session, spool)
        assert len(spool.paths()) == 1
    assert totals(session) == (3, 0)


def test_another_hour_begins_another_file(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    for hour in HOURS:
        spool.note(hour, link_id, "a", "", Visit.PERSON)
    assert len(spool.paths()) == 2
    collect_all(session, spool)
    assert len(spool.paths()) == 1
    assert totals(session) == (2, 0)


def test_many_who_collect_at_once_count_once(
    session: Session, engine: Engine, spool: ClickSpool, link_id: int
) -> None:
    see(spool, link_id, *(f"v{number % 300}" for number in range(2_000)))
    for _ in range(50):
        spool.note(HOUR, link_id, "", "", Visit.HEAD)
    spool.close()
    session.commit()
    all_at_once(engine, 4, lambda mine, _place: collect_clicks(mine, spool, START))
    assert totals(session) == (300, 50)


def test_a_line_that_was_torn_spoils_no_other(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    see(spool, link_id, "a")
    (path,) = spool.paths()
    with path.open("a") as file:
        file.write(f"{link_id} 4940")
    spool._is_torn = True
    see(spool, link_id, "b")
    assert collect(session, spool) == 2
    with path.open("a") as file:
        file.write(f"{link_id} {HOUR} c - ")
    spool.close()
    collect_all(session, spool)
    assert totals(session) == (2, 0)
    assert spool.paths() == []


def test_a_full_disk_is_survived_and_the_next_click_is_kept(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    see(spool, link_id, "a")
    assert spool._file is not None
    kept, full = os.dup(spool._file), os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, spool._file)
    see(spool, link_id, "lost")
    os.dup2(kept, spool._file)
    see(spool, link_id, "b")
    os.close(kept)
    os.close(full)
    collect_all(session, spool)
    assert totals(session) == (2, 0)


def test_what_nobody_collects_fills_no_disk(
    spool: ClickSpool, link_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.livestream.local import spool as module

    monkeypatch.setattr(module, "MOST_BYTES", 200)
    see(spool, link_id, *(f"visitor{number}" for number in range(100)))
    assert sum(path.stat().st_size for path in spool.paths()) <= 200


def test_a_turn_reads_so_much_and_leaves_the_rest_to_the_next(
    session: Session, spool: ClickSpool, link_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clicks, "MOST_BYTES", 100)
    see(spool, link_id, *(f"visitor{number}" for number in range(30)))
    turns = 0
    while collect(session, spool):
        turns += 1
    assert turns > 5
    assert totals(session) == (30, 0)


def test_what_a_turn_had_no_room_for_is_not_removed_uncounted(
    session: Session, spool: ClickSpool, link_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a night without a worker there is more than one turn reads, in files of many hours."""
    monkeypatch.setattr(clicks, "MOST_BYTES", 100)
    for hour in range(HOUR, HOUR + 4):
        for number in range(10):
            spool.note(hour, link_id, f"visitor{number}", "", Visit.PERSON)
    spool.close()
    assert collect_all(session, spool) == 40
    assert totals(session) == (40, 0)
    assert spool.paths() == []


def test_lines_of_a_link_that_is_not_there_are_passed_over(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    see(spool, link_id + 7, "a")
    see(spool, link_id, "a")
    assert collect(session, spool) == 2
    assert totals(session) == (1, 0)


def test_clicks_are_forgotten_after_ninety_days_and_sums_stay(
    session: Session, spool: ClickSpool, link_id: int
) -> None:
    hour = int(START.timestamp()) // 3600
    for age_hours in (0, 89 * 24, 91 * 24):
        spool.note(hour - age_hours, link_id, "a", "", Visit.PERSON)
    collect_all(session, spool)
    forget_clicks(session, START)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Click)) == 2
    assert session.scalar(select(func.sum(LinkTotal.clicks))) == 3
    forget_clicks(session, START + timedelta(days=91))
    assert session.scalar(select(func.count()).select_from(ClickFile)) == 0
