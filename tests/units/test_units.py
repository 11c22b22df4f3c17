"""Budget units: founding them, their tree, who sees whom."""

from datetime import date

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Identity, Standing
from marketplace.core.paging import PageRequest
from marketplace.units import queries
from marketplace.units.commands import (
    FourEyes,
    NewCentre,
    NewUnit,
    create_centre,
    create_unit,
    set_four_eyes,
)
from marketplace.units.rules import UnitNameTaken
from tests.conftest import NOON
from tests.units.tree import found, somebody


@pytest.fixture
def tree(session):
    return found(session)


def test_a_subtree_holds_the_unit_and_everyone_below(session, tree):
    assert sorted(queries.subtree(session, tree["局"])) == sorted(
        [tree["局"], tree["中心"], tree["小学"], tree["教学点"]]
    )
    assert queries.subtree(session, tree["教学点"]) == [tree["教学点"]]


def test_the_line_of_superiors_leads_to_the_top(session, tree):
    assert set(queries.list_ancestors(session, tree["教学点"])) == {tree["局"], tree["小学"]}
    assert queries.list_ancestors(session, tree["局"]) == []


def test_a_ring_in_the_tree_comes_to_an_end(session, tree):
    queries.get_unit(session, tree["局"]).parent_id = tree["教学点"]
    session.flush()
    assert len(queries.subtree(session, tree["局"])) == 4
    assert tree["局"] not in queries.list_ancestors(session, tree["局"])


def test_a_supervisor_sees_below_and_nobody_sees_above(session, tree):
    assert queries.is_above(session, [tree["局"]], tree["教学点"])
    assert not queries.is_above(session, [tree["教学点"]], tree["局"])
    assert not queries.is_above(session, [], tree["局"])


@pytest.mark.parametrize(
    ("where", "role", "sees"),
    [
        ("小学", "STAFF", True),
        ("局", "ADMIN", True),
        ("局", "BUYER", False),
        ("教学点", "ADMIN", False),
        ("中心", "ADMIN", False),
        ("别的局", "ADMIN", False),
    ],
)
def test_a_unit_is_seen_by_its_people_and_its_supervisors_administrators(
    session, tree, where, role, sees
):
    someone = somebody(Standing("UNIT", tree[where], role))
    if sees:
        assert queries.get_visible_unit(session, someone, tree["小学"]).id == tree["小学"]
    else:
        with pytest.raises(NotFound):
            queries.get_visible_unit(session, someone, tree["小学"])


@pytest.mark.parametrize("role", ["OPERATOR", "CERTIFIER", "CASHIER", "AUDITOR"])
def test_the_operations_centre_sees_every_unit(session, tree, role):
    someone = somebody(Standing("CENTRE", 1, role))
    assert queries.get_visible_unit(session, someone, tree["小学"])


def test_the_public_and_producers_see_no_unit(session, tree):
    for someone in (somebody(), somebody(Standing("PRODUCER", tree["小学"], "CLERK"))):
        with pytest.raises(NotFound):
            queries.get_visible_unit(session, someone, tree["小学"])


def test_units_are_listed_by_words_in_their_names(session, tree):
    page = queries.list_units(session, PageRequest.of(1), name="小学")
    assert [row.name for row in page.items] == ["小学"]
    assert queries.list_units(session, PageRequest.of(1), name="100%").total == 0
    assert queries.list_units(session, PageRequest.of(1, 2)).total == 5


def test_names_come_in_bulk(session, tree):
    assert queries.names_of(session, [tree["局"], 999]) == {tree["局"]: "局"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"level": 4}, "level"),
        ({"headcount": -1}, "headcount"),
        ({"headcount": 10**30}, "headcount"),
        ({"division_code": "420304"}, "division_code"),
        ({"canteen_status": "BUFFET"}, "canteen_status"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_by_its_field(session, changes, field):
    facts = {
        "name": "水利局",
        "level": 1,
        "division_code": "420304000000",
        "headcount": 5,
        "effective_on": date(2026, 1, 1),
    }
    with pytest.raises(InvalidInput) as refusal:
        create_unit(session, NewUnit(**{**facts, **changes}), NOON)
    assert [error.field for error in refusal.value.errors] == [field]


def test_a_unit_stands_below_its_parent(session, tree):
    new = NewUnit("甲", 1, "420304000000", 5, date(2026, 1, 1), parent_id=tree["局"])
    with pytest.raises(InvalidInput):
        create_unit(session, new, NOON)


def test_a_name_belongs_to_one_unit(session, tree):
    with pytest.raises(UnitNameTaken):
        create_unit(session, NewUnit(" 局 ", 1, "420304000000", 5, date(2026, 1, 1)), NOON)


def test_switching_four_eyes_off_needs_a_reason_and_is_in_the_trail(session, tree):
    admin = somebody(Standing("UNIT", tree["小学"], "ADMIN"))
    with pytest.raises(InvalidInput):
        set_four_eyes(session, admin, tree["小学"], FourEyes(False, " "), now=NOON)
    unit = set_four_eyes(session, admin, tree["小学"], FourEyes(False, "只有一人"), now=NOON)
    set_four_eyes(session, admin, tree["小学"], FourEyes(False, "再按一次"), now=NOON)
    assert not unit.four_eyes
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "unit.four_eyes"))
    assert (entry.actor_id, entry.before) == (admin.person_id, {"four_eyes": True})
    assert entry.after == {"four_eyes": False, "reason": "只有一人"}


@pytest.mark.parametrize("role", ["BUYER", "APPROVER", "FINANCE", "STAFF"])
def test_only_the_administrator_switches_four_eyes(session, tree, role):
    someone = somebody(Standing("UNIT", tree["小学"], role))
    with pytest.raises(Forbidden):
        set_four_eyes(session, someone, tree["小学"], FourEyes(False, "嫌麻烦"), now=NOON)


def test_another_units_administrator_does_not_even_see_it(session, tree):
    stranger: Identity = somebody(Standing("UNIT", tree["别的局"], "ADMIN"))
    with pytest.raises(NotFound):
        set_four_eyes(session, stranger, tree["小学"], FourEyes(False, "不相干"), now=NOON)


def test_a_county_has_one_operations_centre(session):
    first = create_centre(session, NewCentre("运营中心", "420304", "户名", "6222", "农商行"))
    again = create_centre(session, NewCentre("运营中心", "420304000000", "户名", "6333", "农商行"))
    assert first is again
    account = queries.account_of(session, queries.get_centre(session, "420304"))
    assert str(account.bank_account_number) == "6333"
    assert queries.centre_names_of(session, [first.id]) == {first.id: "运营中心"}
    with pytest.raises(NotFound):
        queries.get_centre(session, "420305")
