"""What the guide for integrators shows really runs, against a real server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from marketplace.accounts.commands import Grant, NewPerson, create_person, grant
from marketplace.accounts.rules.passwords import hash_password
from tests.county import START, County
from tests.search.indexing import index
from tests.serving import served
from tests.structure.house import ROOT

GUIDE = (ROOT / "docs" / "integrators.md").read_text()


def block(language: str) -> str:
    """The first example in a language."""
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found, language
    return found[1]


@pytest.fixture
def server(app, county: County, session, tmp_path) -> Iterator[str]:
    """The shop on a port of its own, with the guide's buyer in it."""
    hashed = hash_password("demo-pass-2026")
    made = create_person(session, NewPerson("buyer@demo", "王芳", hashed), START)
    grant(session, Grant(made.id, "UNIT", county.unit_id, "BUYER"), START, actor_id=None)
    index(session, tmp_path)
    session.commit()
    with served(app) as address:
        yield address


def run(command: list[str], base: str) -> str:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "BASE": f"{base}/api/v1", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_example_buys_for_the_unit(server: str, county: County):
    printed = run([sys.executable, "-c", block("python")], server).splitlines()
    number, state, total_fen = printed[0].split()
    assert (number[0], state, int(total_fen)) == ("P", "IN_APPROVAL", 20 * 1_999)
    assert printed[1] == f"PER_HEAD_FLOOR 0 + {20 * 1_999} of 5000000"


def test_the_shell_example_reads_what_it_says(server: str, county: County):
    script = block("bash").replace("http://127.0.0.1:8000", server)
    printed = run(["bash", "-euo", "pipefail", "-c", script], server)
    assert '"login":"buyer@demo"' in printed
    assert '"name":"椴木香菇"' in printed
    assert '"code":"420304"' in printed


def test_every_call_it_names_exists(app):
    named = set(re.findall(r"`(?:GET|POST|PATCH) (/[a-z/{}]+)`", GUIDE))
    paths = {
        re.sub(r"<[^>]+>", "{id}", rule.rule).removeprefix("/api/v1")
        for rule in app.url_map.iter_rules()
    }
    assert named
    assert named - paths == set()
