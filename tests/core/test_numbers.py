"""Numbers of papers, percentages, and what is hidden of people."""

from datetime import date

import pytest

from marketplace.core.errors import InvalidInput
from marketplace.core.masking import last_four, mask_name
from marketplace.core.money import as_percent, parse_percent
from marketplace.core.numbers import born_on, plain_identity
from marketplace.core.sealing import Sealer
from marketplace.web.fields import Fields

GOOD = "11010519491231002X"


@pytest.mark.parametrize(
    "typed", [GOOD, "１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002x "]
)
def test_an_identity_number_is_read_however_it_was_typed(typed):
    assert plain_identity(typed) == GOOD
    assert born_on(GOOD) == date(1949, 12, 31)


@pytest.mark.parametrize(
    "typed",
    ["", "0", "-1", "1.5", "1e9", "110105194912310021", "110105194913310021", GOOD[:17], "一" * 18],
)
def test_a_slip_of_the_pen_is_no_identity_number(typed):
    assert plain_identity(typed) == ""


def test_of_people_and_numbers_little_is_shown():
    assert (mask_name("欧阳修"), mask_name("")) == ("欧*", "")
    assert (last_four(GOOD), last_four("")) == ("****002X", "")


@pytest.mark.parametrize(
    ("typed", "ppm"),
    [("20", 200_000), ("１２．５", 125_000), ("0.05%", 500), ("100", 1_000_000), ("0", 0)],
)
def test_a_percentage_is_read_to_two_places(typed, ppm):
    fields = Fields({"share": typed})
    assert fields.percent("share") == ppm
    fields.check()


@pytest.mark.parametrize("typed", ["", "-1", "1.555", "101", "1e9", "二十", "1" * 10_000, "5\x00"])
def test_what_is_no_percentage_is_named(typed):
    fields = Fields({"share": typed})
    fields.percent("share")
    with pytest.raises(InvalidInput) as refused:
        fields.check()
    assert refused.value.errors[0].field == "share"


def test_percentages_are_written_as_they_were_read():
    assert as_percent(parse_percent("62.5") or 0) == "62.5"
    assert parse_percent("62.50001") is None


def test_bytes_are_opened_by_the_same_secret_alone():
    sealed = Sealer("a" * 32).seal_bytes(b"\xff\xd8\xff\x00")
    assert b"\xff\xd8" not in sealed
    assert Sealer("a" * 32).open_bytes(sealed) == b"\xff\xd8\xff\x00"
    assert Sealer("b" * 32).open_bytes(sealed) is None
