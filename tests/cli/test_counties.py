"""A second county is made from the terminal, with its places and its officials."""

import pytest

from marketplace.accounts.queries import find_person, load_identity
from marketplace.geography.queries import find_township, find_village
from marketplace.units.queries import find_centre

TOWNSHIPS = "code,name,county_code\n420305101000,东镇,420305000000\n"
VILLAGES = (
    "code,name,official_name,township_code,kind\n"
    "420305101201,东岭村,东岭村村民委员会,420305101000,village\n"
)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "townships.csv").write_text(TOWNSHIPS, "utf-8")
    (tmp_path / "villages.csv").write_text(VILLAGES, "utf-8")
    return (
        "--townships",
        str(tmp_path / "townships.csv"),
        "--villages",
        str(tmp_path / "villages.csv"),
    )


def area_of(session, login):
    person = find_person(session, login)
    assert person is not None
    identity = load_identity(session, person.id)
    assert identity is not None
    return identity.area


def test_a_second_county_gets_centre_places_and_an_official(run, session, county, files):
    done = run("create-centre", "420305", "东县消费帮扶运营中心", *files)
    assert done.exit_code == 0, done.output
    assert find_centre(session, "420305") is not None
    assert find_township(session, "420305101000") is not None
    assert find_village(session, "420305101201") is not None
    session.rollback()
    word = "grain-of-millet-2026-autumn"
    run("create-user", "east@county", "王东", input=f"{word}\n{word}\n")
    granted = run("grant", "east@county", "OPERATOR", "--centre", "--area", "420305")
    assert granted.exit_code == 0, granted.output
    assert area_of(session, "east@county") == "420305"
    assert area_of(session, "second@test") == "420304"


def test_the_nation_has_no_digits(run, session, county):
    assert run("create-centre", "", "全国总中心").exit_code == 0
    assert find_centre(session, "") is not None


@pytest.mark.parametrize("area", ["4", "42030", "x", "４２"])
def test_an_area_of_another_shape_is_told(run, county, area):
    refused = run("create-centre", area, "中心")
    assert refused.exit_code == 1
    assert "area: " in refused.stderr


def test_an_area_goes_with_a_centre(run, county):
    refused = run("grant", "clerk@test", "CLERK", "--producer", county.producer_id, "--area", "42")
    assert refused.exit_code == 2
