"""Villages as people type them in forms."""

import pytest

from marketplace.core.areas import EVERYTHING
from marketplace.core.heads import fold
from marketplace.geography.commands import load_divisions
from marketplace.geography.forms import MANY_VILLAGES, NO_SUCH_VILLAGE, read_village
from marketplace.geography.models import Township, Village
from marketplace.geography.queries import codes_by_name, list_villages, places_of
from marketplace.web.fields import MISSING, Fields
from tests.county import HUIGOU

YUNYANG = "420304"
MAOJIAN = "420302"
FAR = "420302999201"


@pytest.fixture
def read(session):
    """What a form makes of the words of somebody in Yunyang."""
    load_divisions(session)
    session.add(Township(code="420302999000", name="远处镇", county_code="420302000000"))
    session.flush()
    session.add(
        Village(
            code=FAR,
            name="会沟村",
            official_name="会沟村委会",
            township_code="420302999000",
            kind="village",
        )
    )
    session.flush()

    def reading(typed, area=YUNYANG):
        fields = Fields({"village": typed})
        villages = codes_by_name(session, area, [typed])
        return read_village(fields, "village", villages), [one.message for one in fields.errors]

    return reading


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
def test_a_village_is_understood_by_its_name_or_its_code(read, typed):
    assert read(typed) == (HUIGOU, [])


@pytest.mark.parametrize("typed", ["会沟", "没有的村", "420304999999", "420304"])
def test_what_is_no_village_is_refused(read, typed):
    assert read(typed) == ("", [NO_SUCH_VILLAGE])


def test_a_village_must_be_named_where_the_form_asks_for_one(read):
    assert read("  ") == ("", [MISSING])


def test_a_name_that_several_bear_needs_its_township(session, read):
    assert read("东沟村") == ("", [MANY_VILLAGES])
    codes = codes_by_name(session, YUNYANG, ["东沟村"])["东沟村"]
    for place in places_of(session, codes).values():
        assert read(place.township_name + place.name) == (place.code, [])


@pytest.mark.parametrize("typed", [FAR, f"{FAR} 会沟村"])
def test_a_village_of_another_county_is_understood_by_its_code(read, typed):
    assert read(typed) == (FAR, [])


def test_a_name_means_the_village_of_ones_own_county(read):
    assert read("会沟村", MAOJIAN) == (FAR, [])
    assert read("白浪镇会沟村", MAOJIAN) == ("", [NO_SUCH_VILLAGE])
    assert read("会沟村", EVERYTHING) == ("", [MANY_VILLAGES])
    assert read("远处镇会沟村", EVERYTHING) == (FAR, [])


def test_every_living_village_is_found_by_its_code_and_is_called_what_people_type(session, read):
    living = list_villages(session)
    codes = [village.code for village in living]
    assert codes_by_name(session, YUNYANG, codes) == {code: [code] for code in codes}
    assert [village.name for village in living if fold(village.name) != village.name] == []
