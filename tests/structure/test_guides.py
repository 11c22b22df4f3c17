"""Guides lead where they say, show pictures that are there, and call things as the pages do."""

import re
from itertools import chain
from pathlib import Path

import pytest

from deploy.pictures import GUIDE
from tests.structure.house import ROOT

DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
QUOTED = re.compile("“([^”]+)”")


@pytest.fixture(scope="module")
def words() -> str:
    """Everything that pages say."""
    said = chain((ROOT / "templates").rglob("*.html"), (ROOT / "marketplace").rglob("*.py"))
    return "".join(path.read_text() for path in said)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_of_a_document_are_there(path: Path) -> None:
    lost = [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()]
    assert lost == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_calls_things_as_the_pages_do(path: Path, words: str) -> None:
    names = [name for quoted in QUOTED.findall(path.read_text()) for name in quoted.split(" → ")]
    assert [name for name in names if name not in words] == []


def test_every_picture_that_is_taken_stands_in_a_guide() -> None:
    shown = "".join(path.read_text() for path in GUIDES)
    assert [one.name for one in GUIDE if f"/{one.name}.webp)" not in shown] == []
