"""A shop on SQLite that is carried away as it changes comes back as of any instant."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url

from tests.cli.buying import buying, purchases_in
from tests.cli.conftest import run_on
from tests.county import County
from tests.databases import Databases
from tests.structure.house import ROOT

__all__ = ["run_on"]

PROGRAM = Path(sys.executable).with_name("litestream")
DELIVERED = (ROOT / "deploy/litestream.yml").read_text()
WITHIN_S = 60


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Path:
    """The file that is delivered, with the folders of this test."""
    database = make_url(database_url).database or ""
    said = DELIVERED.replace("/var/lib/bangfu/market.sqlite", database)
    file = tmp_path / "litestream.yml"
    file.write_text(said.replace("/var/lib/bangfu-archive", str(tmp_path)))
    return file


@contextmanager
def carried_away(settings: Path) -> Iterator[None]:
    log = settings.with_name("litestream.log")
    with log.open("ab") as said:
        process = subprocess.Popen(
            [PROGRAM, "replicate", "-config", settings], stdout=said, stderr=said
        )
    try:
        yield
        assert process.poll() is None, log.read_text()
    finally:
        # The machine is lost: nothing is finished, nothing is carried away any more.
        process.kill()
        process.wait()


def bring_back(settings: Path, url: str, *when: str) -> Path | None:
    """What was carried away until an instant, as one file; None where it was nothing yet."""
    file = settings.with_name("brought-back.sqlite")
    for old in settings.parent.glob("brought-back.sqlite*"):
        old.unlink()
    database = make_url(url).database or ""
    command = [str(PROGRAM), "restore", "-config", str(settings), "-o", str(file), *when, database]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0 or "no matching backup" in done.stderr, done.stderr
    return file if done.returncode == 0 else None


def wait_until_carried(settings: Path, url: str) -> set[int]:
    """Everything that was confirmed, once it is in safety."""
    wanted = purchases_in(url)
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        file = bring_back(settings, url)
        if file is not None and purchases_in(f"sqlite:///{file}") == wanted:
            break
    else:
        raise AssertionError(settings.with_name("litestream.log").read_text())
    return wanted


@pytest.mark.sqlites_own
def test_sqlite_comes_back_as_of_an_instant(
    databases: Databases,
    engine: Engine,
    county: County,
    settings: Path,
    run_on: Callable[[str], Any],
) -> None:
    url = engine.url.render_as_string()
    with carried_away(settings):
        wait_until_carried(settings, url)
        with buying(engine, county) as crowd:
            crowd.wait_for(6)
        confirmed, instant = wait_until_carried(settings, url), datetime.now(UTC)
        assert crowd.known() <= confirmed
        with buying(engine, county) as crowd:
            crowd.wait_for(6)
        everything = wait_until_carried(settings, url)
    engine.dispose()
    databases.drop(url)

    at = ("-timestamp", instant.isoformat())
    for when, expected in ((at, confirmed), ((), everything)):
        other = databases.create()
        done = run_on(other)("restore", bring_back(settings, url, *when), "--force")
        assert done.exit_code == 0, done.output
        assert purchases_in(other) == expected
        assert run_on(other)("verify-audit").exit_code == 0
        databases.drop(other)
