"""Townships and villages as they are loaded, and the form of their codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.core.errors import InvalidInput, NotFound
from marketplace.geography import queries
from marketplace.geography.commands import DATA, abolish_village, load_divisions
from marketplace.geography.models import Township, Village
from marketplace.geography.rules import (
    check_code,
    county_of,
    is_division_code,
    is_within,
    township_of,
)
from tests.conftest import NOON
from tests.county import OFFICIAL


@pytest.fixture
def county(session):
    load_divisions(session)
    return session


def test_the_county_has_its_townships_villages_and_communities(county):
    assert len(queries.list_townships(county)) == 20
    assert queries.count_villages(county) == {"village": 340, "community": 10}


def test_loading_again_changes_nothing(county):
    before = county.execute(select(Village.__table__).order_by(Village.code)).all()
    load_divisions(county)
    assert county.execute(select(Village.__table__).order_by(Village.code)).all() == before
    assert county.scalar(select(func.count()).select_from(Township)) == 20


def test_loading_again_keeps_what_the_files_do_not_say(county):
    code = queries.list_villages(county)[0].code
    abolish_village(county, OFFICIAL, code, (NOON.date(), "批复"), NOON)
    load_divisions(county)
    county.expire_all()
    assert queries.get_village(county, code).abolished_on == NOON.date()


@pytest.mark.parametrize("name", ["东沟村", "大桥村", "财神庙村"])
def test_names_repeat_so_the_code_is_the_key(county, name):
    codes = county.scalars(select(Village.code).where(Village.name == name)).all()
    assert len(codes) == 2
    assert len({queries.places_of(county, codes)[code].township_name for code in codes}) == 2


def test_official_names_are_kept_as_published(county):
    assert queries.get_village(county, "420304117001").official_name == "体育场社区居民委员"
    assert queries.get_village(county, "420304117006").official_name == "武阳岭社居民委员会"


def test_every_village_lies_in_the_township_of_its_code(county):
    for village in queries.list_villages(county):
        assert township_of(village.code) == village.township_code
        assert county_of(village.code) == "420304"


def test_the_data_says_where_it_is_from():
    assert "National Bureau of Statistics" in (DATA / "README.md").read_text()


def test_villages_are_listed_by_township(county):
    township = queries.list_townships(county, "420304")[0]
    villages = queries.list_villages(county, township.code)
    assert villages
    assert {village.township_code for village in villages} == {township.code}
    assert queries.list_townships(county, "420305") == []


def test_names_come_in_bulk_for_villages_and_townships(county):
    villages = queries.list_villages(county)
    codes = [village.code for village in villages]
    names = queries.names_of(county, [*codes, villages[0].township_code, "999999999999"])
    assert len(names) == 351
    assert names[villages[0].township_code] == queries.list_townships(county)[0].name


@pytest.mark.parametrize(
    "code", ["", "420304", "４２０３０４１０１２００", "42030410120x", "x" * 10_000]
)
def test_what_is_no_code_finds_no_village(county, code):
    assert queries.find_village(county, code) is None
    with pytest.raises(NotFound):
        queries.get_village(county, code)
    with pytest.raises(InvalidInput) as refusal:
        check_code(code, "village_code")
    assert refusal.value.errors[0].field == "village_code"


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_a_division_lies_within_its_township_and_county(code):
    assert is_division_code(code)
    assert is_within(code, township_of(code))
    assert is_within(code, county_of(code))
    assert is_within(code, county_of(code) + "000000")


def test_a_padded_area_means_all_below_it():
    assert is_within("420304101200", "420304000000")
    assert is_within("420304101200", "420304101000")
    assert not is_within("420304102200", "420304101000")
    assert not is_within("420305101200", "420304000000")
    assert is_within("420304101200", "42")
