"""Villages as people type them in forms."""

import pytest

from marketplace.geography.commands import load_divisions
from marketplace.geography.forms import MANY_VILLAGES, NO_SUCH_VILLAGE, read_village
from marketplace.geography.queries import codes_by_name, list_villages, names_of, places_of
from marketplace.web.fields import MISSING, Fields
from tests.county import HUIGOU


@pytest.fixture
def villages(session):
    load_divisions(session)
    return codes_by_name(session)


def read(typed, villages):
    fields = Fields({"village": typed})
    return read_village(fields, "village", villages), [one.message for one in fields.errors]


@pytest.mark.parametrize(
    "typed",
    [
        "会沟村",
        " 会沟村 ",
        "白浪镇会沟村",
        "白浪镇 会沟村",
        HUIGOU,
        f"{HUIGOU} 会沟村",
        "４２０３０４１０６２０５",
    ],
)
def test_a_village_is_understood_by_its_name_or_its_code(villages, typed):
    assert read(typed, villages) == (HUIGOU, [])


@pytest.mark.parametrize("typed", ["会沟", "没有的村", "420304999999", "420304"])
def test_what_is_no_village_is_refused(villages, typed):
    assert read(typed, villages) == ("", [NO_SUCH_VILLAGE])


def test_a_village_must_be_named_where_the_form_asks_for_one(villages):
    assert read("  ", villages) == ("", [MISSING])


def test_a_name_that_several_bear_needs_its_township(session, villages):
    assert read("东沟村", villages) == ("", [MANY_VILLAGES])
    codes = villages["东沟村"]
    for place in places_of(session, codes).values():
        assert read(place.township_name + place.name, villages) == (place.code, [])


def test_every_living_village_is_found_by_its_code(session, villages):
    living = [village.code for village in list_villages(session)]
    assert all(villages[code] == [code] for code in living)
    assert len(names_of(session, living)) == len(living)
