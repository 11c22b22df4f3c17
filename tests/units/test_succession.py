"""Units are renamed, moved, merged and split; entries stay, and the tree is told as of a day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from marketplace.accounts.queries import load_identity
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import NotFound
from marketplace.core.identity import Role
from marketplace.core.paging import PageRequest
from marketplace.filings.commands import write_filing
from marketplace.filings.rules import GivenFiling
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order
from marketplace.reports.queries import (
    StandingsWish,
    line_of,
    list_standings,
    reconcile,
    roll_up,
    unit_year,
)
from marketplace.units.commands import (
    Change,
    Merger,
    UnitPart,
    merge_units,
    move_unit,
    rename_unit,
    split_unit,
)
from marketplace.units.queries import (
    get_visible_unit,
    headcount_on,
    list_ancestors,
    list_placements,
    select_subtree_on,
)
from marketplace.units.rules import (
    UnitEnded,
)
from tests.county import START, person
from tests.ordering.steps import completed, placed

TODAY = date(2026, 11, 23)
JULY = date(2026, 7, 1)
JUNE = datetime(2026, 6, 10, 4, tzinfo=UTC)
PAGE = PageRequest(1, 100)
COUNTY = "420304"
FIRST = Change(JULY, "郧编办〔2026〕7 号")


def below(session, unit_id, day):
    return session.scalars(select_subtree_on(unit_id, day)).all()


def buys(session, county, unit_id, packs, now=JUNE):
    """A completed order of a unit whose one buyer is helped by the county's approver."""
    login = f"{unit_id}.{now:%m%d}@test"
    buyer = person(session, login, *(("UNIT", unit_id, r) for r in (Role.BUYER, Role.ADMIN)))
    other = person(session, f"a{login}", ("UNIT", unit_id, Role.APPROVER))
    party = replace(county, buyer=buyer, approver=other, unit_id=unit_id)
    return completed(session, party, party.wish((county.mushrooms, packs)), now)


def sums(session, unit_id, on=None):
    wish = StandingsWish(2026, COUNTY, below=unit_id, on=on)
    whole = roll_up(session, wish, TODAY)
    return whole.units, whole.target_fen // 50_000, whole.counted_fen


def listed(session, unit_id, on=None):
    wish = StandingsWish(2026, COUNTY, below=unit_id, on=on, sort="name")
    return [
        (one.name, one.headcount, one.counted_fen)
        for one in list_standings(session, wish, PAGE, TODAY).items
    ]


def merged(session, county, schools, into=None, name="中心小学", heads=68):
    merger = Merger((schools[0], schools[1]), heads, into, name)
    return merge_units(session, county.operator, merger, FIRST, now=START)


def test_case_09_a_renamed_unit_bears_its_old_name_on_the_days_before(session, county, schools):
    rename_unit(session, county.operator, schools[0], "实验小学", FIRST, now=START)
    assert "一小" in [row[0] for row in listed(session, county.unit_id, date(2026, 6, 30))]
    assert "实验小学" in [row[0] for row in listed(session, county.unit_id, JULY)]
    assert [one.name for one in list_placements(session, schools[0])] == ["实验小学", "一小"]
    told = session.scalars(select(AuditEntry).where(AuditEntry.action == "unit.renamed")).one()
    assert (told.before, told.after["name"]) == ({"name": "一小"}, "实验小学")
    assert told.after["reason"] == FIRST.reason


def test_case_09_case_20_a_moved_unit_stands_in_one_roll_up_on_any_day(session, county, schools):
    buys(session, county, schools[0], 10)
    move_unit(session, county.operator, schools[0], county.other_unit_id, FIRST, now=START)
    before = date(2026, 6, 30)
    assert sums(session, county.unit_id, before) == (3, 170, 64_030)
    assert sums(session, county.other_unit_id, before) == (2, 29, 0)
    assert sums(session, county.unit_id) == (2, 130, 0)
    assert sums(session, county.other_unit_id) == (3, 69, 64_030)
    assert list_ancestors(session, schools[0]) == [county.other_unit_id]


def test_case_09_case_20_merged_into_a_new_unit_nothing_is_counted_twice_or_lost(
    session, county, schools
):
    buys(session, county, schools[0], 10)
    buys(session, county, schools[1], 5)
    assert sums(session, county.unit_id) == (3, 170, 96_045)
    new = merged(session, county, schools)
    buys(session, county, new.id, 2, START)
    # Two units became one; heads are those of the merger, and all that was bought is there once.
    assert sums(session, county.unit_id) == (2, 168, 96_045 + 12_806)
    assert sums(session, county.unit_id, date(2026, 6, 30)) == (3, 170, 96_045)
    assert listed(session, county.unit_id) == [
        ("一小", 0, 64_030),
        ("中心小学", 68, 12_806),
        ("二小", 0, 32_015),
    ]
    assert unit_year(session, new.id, 2026, TODAY).rules[0].target_fen == 68 * 50_000
    assert unit_year(session, schools[0], 2026, TODAY).rules[0].target_fen == 0
    assert reconcile(session) == []


def test_case_09_the_successor_shows_its_predecessors_years_and_the_sum_with_them(
    session, county, schools
):
    buys(session, county, schools[0], 10)
    buys(session, county, schools[1], 5)
    new = merged(session, county, schools)
    buys(session, county, new.id, 2, START)
    line = line_of(session, new.id, 2026)
    assert [one.unit.name for one in line.predecessors] == ["一小", "二小"]
    assert list(line.together_fen.values()) == [108_851]
    assert unit_year(session, new.id, 2026, TODAY).rules[0].counted_fen == 12_806
    old = line_of(session, schools[0], 2026)
    assert (old.ended_on, [heir.name for heir in old.heirs]) == (JULY, ["中心小学"])
    # Renamed and merged again, the line goes on.
    later = Change(date(2026, 9, 1), "再次合并")
    merger = Merger((new.id, schools[2]), 90, schools[2])
    merge_units(session, county.operator, merger, later, now=START)
    line = line_of(session, schools[2], 2026)
    assert [one.unit.name for one in line.predecessors] == ["中心小学", "一小", "二小"]
    assert list(line.together_fen.values()) == [108_851]


def test_case_09_a_unit_that_ended_buys_and_files_no_more_and_says_who_does(
    session, county, schools
):
    buys(session, county, schools[0], 1)
    login = person(
        session, "old@test", ("UNIT", schools[0], Role.BUYER), ("UNIT", schools[0], Role.FINANCE)
    )
    party = replace(county, buyer=login, unit_id=schools[0])
    draft = ordering.draft_purchase(session, login, party.wish((county.mushrooms, 1)), START)
    merged(session, county, schools, into=schools[1], heads=70)
    with pytest.raises(UnitEnded) as ended:
        ordering.draft_purchase(session, login, party.wish((county.mushrooms, 1)), START)
    assert ended.value.params == {"name": "一小", "day": date(2026, 7, 1), "successors": "二小"}
    with pytest.raises(UnitEnded):
        ordering.submit(session, login, draft.id, START)
    given = GivenFiling(10, "OWN", "", 0, 0)
    with pytest.raises(UnitEnded):
        write_filing(session, login, schools[0], 2026, given, now=START)


def test_case_09_what_waits_for_approval_is_not_approved_for_a_unit_that_ended(
    session, county, schools
):
    purchase = ordering.draft_purchase(
        session, county.buyer, county.wish((county.mushrooms, 1)), START
    )
    ordering.submit(session, county.buyer, purchase.id, START)
    merger = Merger((county.unit_id, county.other_unit_id), 109, county.other_unit_id)
    merge_units(session, county.operator, merger, FIRST, now=START)
    with pytest.raises(UnitEnded):
        ordering.approve(session, county.approver, purchase.id, START)


def test_case_09_what_was_on_its_way_still_counts_for_who_bought_it(session, county, schools):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    merger = Merger((county.unit_id, county.other_unit_id), 109, county.other_unit_id)
    merge_units(session, county.operator, merger, FIRST, now=START)
    assert order.unit_id == county.unit_id
    # The supervisor went, its schools now stand below its successor.
    assert set(below(session, county.other_unit_id, TODAY)) == {
        county.other_unit_id,
        *schools,
    }
    assert county.unit_id in below(session, county.unit_id, date(2026, 6, 30))
    assert len(below(session, county.unit_id, date(2026, 6, 30))) == 3
    assert get_order(session, county.buyer, order.id).number == order.number


def test_case_09_its_people_work_for_the_successor_and_see_the_old_papers(session, county, schools):
    buys(session, county, schools[0], 1)
    clerk = person(session, "clerk1@test", ("UNIT", schools[0], Role.FINANCE))
    new = merged(session, county, schools)
    again = load_identity(session, clerk.person_id)
    assert again is not None
    assert again.has_role("UNIT", new.id, Role.FINANCE)
    assert get_visible_unit(session, again, schools[0]).id == schools[0]
    fresh = person(session, "fresh@test", ("UNIT", new.id, Role.FINANCE))
    assert get_visible_unit(session, fresh, schools[0]).id == schools[0]
    with pytest.raises(NotFound):
        get_visible_unit(session, county.stranger, schools[0])


def test_case_09_a_split_unit_leaves_its_entries_and_its_parts_begin_anew(session, county, schools):
    buys(session, county, schools[0], 10)
    parts = [UnitPart("一小东校区", 25), UnitPart("一小西校区", 15)]
    made = split_unit(session, county.operator, schools[0], parts, FIRST, now=START)
    assert sums(session, county.unit_id) == (4, 170, 64_030)
    assert [headcount_on(session, one.id, TODAY) for one in made] == [25, 15]
    assert headcount_on(session, schools[0], date(2026, 6, 30)) == 40
    for one in made:
        assert list(line_of(session, one.id, 2026).together_fen.values()) == [64_030]
        assert unit_year(session, one.id, 2026, TODAY).rules[0].counted_fen == 0
    assert reconcile(session) == []


def test_case_09_parts_that_become_one_again_tell_of_the_old_unit_once(session, county, schools):
    buys(session, county, schools[0], 10)
    parts = [UnitPart("一小东校区", 25), UnitPart("一小西校区", 15)]
    east, west = split_unit(session, county.operator, schools[0], parts, FIRST, now=START)
    again = Change(date(2026, 9, 1), "重新合并")
    merge_units(session, county.operator, Merger((west.id,), 40, east.id), again, now=START)
    line = line_of(session, east.id, 2026)
    assert [one.unit.name for one in line.predecessors] == ["一小西校区", "一小"]
    assert list(line.together_fen.values()) == [64_030]
