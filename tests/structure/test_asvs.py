"""The comparison with OWASP ASVS 5.0 is whole, and what it names is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from marketplace.accounts.rules.passwords import OWN_WORDS
from tests.structure.house import ROOT, shown

HOME = ROOT / "docs/security"
INDEX = HOME / "asvs.md"
CHAPTERS = sorted((HOME / "asvs").glob("*.md"))
# Ids and levels as the standard has them, for levels 1 and 2.
REQUIREMENTS = (ROOT / "tests/structure/asvs.txt").read_text().splitlines()
STATES = ("met", "not applicable", "open")
_ROW = re.compile(r"\| (V\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
_SUMS = re.compile(r"\| \[(\d+) · [^|]+\]\(asvs/([^)]+)\) \| (\d+) \| (\d+) \| (\d+) \|")
# A path of ours: with a slash in it, or a name that ends like a file.
_REFERENCE = re.compile(r"`([\w.][\w.-]*(?:/[\w./-]*|\.(?:py|md|txt|toml)))(?:::(\w+))?`")

Row = tuple[str, str, str, str, str]


def rows_of(chapter: Path) -> list[Row]:
    """Each line of a chapter's table; one that cannot be read would be missing below."""
    return [found.groups() for found in _ROW.finditer(chapter.read_text())]  # type: ignore[misc]


def missing(words: str) -> list[str]:
    """Which files and tests that are named are not there."""
    lacking = []
    for path, test in _REFERENCE.findall(words):
        file = ROOT / path
        if not (file.is_dir() if path.endswith("/") else file.is_file()):
            lacking.append(path)
        elif test and not re.search(rf"^def {test}\(", file.read_text(), re.MULTILINE):
            lacking.append(f"{path}::{test}")
    return lacking


def test_each_requirement_of_levels_1_and_2_stands_there_once() -> None:
    rows = [row for chapter in CHAPTERS for row in rows_of(chapter)]
    assert len(REQUIREMENTS) == 253
    assert [f"{number} {level}" for number, level, *_rest in rows] == REQUIREMENTS


@pytest.mark.parametrize("chapter", CHAPTERS, ids=shown)
def test_each_stands_in_the_chapter_of_its_number(chapter: Path) -> None:
    number = int(chapter.name.partition("-")[0])
    assert {row[0].partition(".")[0] for row in rows_of(chapter)} == {f"V{number}"}


@pytest.mark.parametrize("chapter", [*CHAPTERS, HOME / "rules.md", INDEX], ids=shown)
def test_every_file_and_test_that_is_named_is_there(chapter: Path) -> None:
    assert missing(chapter.read_text()) == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=shown)
def test_what_is_met_names_where_and_what_is_not_says_why(chapter: Path) -> None:
    for number, _level, asks, state, where in rows_of(chapter):
        assert state in STATES, number
        assert len(asks.split()) <= 12, number
        named = _REFERENCE.findall(where)
        assert named if state == "met" else len(where.split()) > 3, number


def test_the_sums_of_the_index_are_those_of_the_chapters() -> None:
    told = {
        file: [int(one) for one in sums] for _no, file, *sums in _SUMS.findall(INDEX.read_text())
    }
    counted = {chapter.name: Counter(row[3] for row in rows_of(chapter)) for chapter in CHAPTERS}
    assert told == {name: [sums[state] for state in STATES] for name, sums in counted.items()}
    whole = [sum(sums[state] for sums in counted.values()) for state in STATES]
    assert "| all | {} | {} | {} |".format(*whole) in INDEX.read_text()


def test_the_index_lists_what_is_open() -> None:
    opened = [row[0] for chapter in CHAPTERS for row in rows_of(chapter) if row[3] == "open"]
    assert re.findall(r"^- \*\*(V[\d.]+)\*\*", INDEX.read_text(), re.MULTILINE) == opened


def test_words_of_the_shop_are_those_of_the_rules() -> None:
    """What may not make up a password is written down for people, all of it."""
    said = re.search(
        r"this shop and little else: (.+?) \(`OWN_WORDS`", (HOME / "rules.md").read_text()
    )
    assert said is not None
    assert sorted(said[1].split(", ")) == sorted(OWN_WORDS)


def test_what_is_not_there_would_be_noticed() -> None:
    assert missing("`tests/web/test_headers.py::test_that_nobody_wrote`") == [
        "tests/web/test_headers.py::test_that_nobody_wrote"
    ]
    assert missing("`marketplace/web/nowhere.py`") == ["marketplace/web/nowhere.py"]
    assert missing("`pyproject.toml` and `tests/structure/test_asvs.py`") == []
