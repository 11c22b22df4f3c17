"""What the start does not wait for, and what is read sparingly."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.structure.house import ROOT

pytestmark = pytest.mark.slow

# Each takes tens of milliseconds and megabytes; the request that needs it reads it.
READ_LATER = {
    *("PIL", "alembic", "authlib", "highspy", "numpy", "openpyxl", "pypinyin", "redis", "requests"),
    "weasyprint",
}
START = """
import json, os, sys
import config
from marketplace import create_app
create_app(config.read(os.environ))
print(json.dumps(sorted(sys.modules)))
"""
READ_PLAINLY = """
import json
from pypinyin import lazy_pinyin
from pypinyin.phrases_dict import phrases_dict
print(json.dumps({phrase: lazy_pinyin(phrase, v_to_u=False) for phrase in phrases_dict}))
"""
READ_SPARINGLY = """
import json, sys
from marketplace.search.rules.sounds import syllables_of
print(json.dumps({phrase: syllables_of(phrase) for phrase in json.load(sys.stdin)}))
"""


def _say(program: str, environ: dict[str, str], asked: str = "") -> Any:
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environ,
        input=asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(ran.stdout)


def test_what_few_requests_need_is_not_read_at_the_start(tmp_path):
    environ = {"INSTANCE": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/m.sqlite"}

    read = {name.partition(".")[0] for name in _say(START, environ)}

    assert "marketplace" in read
    assert not read & READ_LATER


def test_phrases_that_share_their_syllables_are_read_as_the_library_reads_them():
    plainly = _say(READ_PLAINLY, {})

    assert len(plainly) > 40_000
    assert _say(READ_SPARINGLY, {}, json.dumps(list(plainly), ensure_ascii=False)) == plainly
