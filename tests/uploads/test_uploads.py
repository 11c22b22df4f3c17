"""Files are known by what they hold, kept as they came, and refused in words."""

import pytest

from marketplace.core.errors import InvalidInput, NotFound
from marketplace.uploads.commands import keep
from marketplace.uploads.queries import get_upload
from marketplace.uploads.rules import MOST_BYTES, PAPERS, PHOTOGRAPHS, GivenFile, plain_name
from tests.conftest import NOON

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "


@pytest.fixture
def shopper(county):
    return county.shopper


def test_a_file_comes_back_as_it_came(session, shopper):
    upload_id = keep(session, shopper, GivenFile("photo", "../../菇.png", PNG), PHOTOGRAPHS, NOON)
    kept = get_upload(session, upload_id)
    assert (kept.name, kept.media_type, kept.content) == ("菇.png", "image/png", PNG)


@pytest.mark.parametrize(
    ("content", "allowed"),
    [
        (b"", PAPERS),
        (b"<html><script>alert(1)</script>", PAPERS),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PHOTOGRAPHS),
        (b"%PDF-1.7", PHOTOGRAPHS),
        (b"MZ\x90", PAPERS),
        (PNG + b"\0" * MOST_BYTES, PHOTOGRAPHS),
    ],
)
def test_what_is_not_taken_is_refused_by_its_field(session, shopper, content, allowed):
    with pytest.raises(InvalidInput) as refused:
        keep(session, shopper, GivenFile("photo", "a.jpg", content), allowed, NOON)
    assert [error.field for error in refused.value.errors] == ["photo"]


@pytest.mark.parametrize("content", [PNG, WEBP, b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"<?xml ?>"])
def test_papers_and_photographs_are_taken(session, shopper, content):
    assert keep(session, shopper, GivenFile("file", "a", content), PAPERS, NOON)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("票.pdf", "票.pdf"),
        ("票.PDF", "票.PDF"),
        ("票.exe", "票.exe.pdf"),
        ("票.pdf.html", "票.pdf.html.pdf"),
        ("", "file.pdf"),
        ("长" * 500 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_ends_as_its_content_is(session, shopper, name, kept):
    upload_id = keep(session, shopper, GivenFile("file", name, b"%PDF-1.7"), PAPERS, NOON)
    assert get_upload(session, upload_id).name == kept


def test_a_name_is_only_words():
    assert plain_name("C:\\temp\\a\0b\u202e.pdf") == "ab.pdf"
    assert plain_name("../..") == ".."
    assert plain_name("///") == "file"
    assert len(plain_name("长" * 500)) == 120


def test_a_file_that_is_not_there_is_not_found(session):
    with pytest.raises(NotFound):
        get_upload(session, 1)
