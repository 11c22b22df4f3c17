"""A bulletin is made from the books, worded by people, signed by another, and then stands."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.bulletin.commands import (
    draft_bulletin,
    edit_bulletin,
    publish_bulletin,
    refresh_bulletin,
    reopen_bulletin,
    sign_bulletin,
)
from marketplace.bulletin.models import Bulletin
from marketplace.bulletin.queries import gather, list_bulletins, list_issues
from marketplace.bulletin.rules import (
    BulletinChanged,
    BulletinElsewhere,
    Facts,
    OwnBulletin,
    PeriodNotOver,
    PeriodUnknown,
    UnitLine,
    last_day_a_year_before,
    seal_of,
    thaw,
)
from marketplace.core.errors import Forbidden, NotFound
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries.on_the_way import waiting_by_unit
from marketplace.quota.commands import draft_rule, publish_draft
from marketplace.reports.queries import unit_year
from marketplace.reports.queries.standings import find_floor
from marketplace.units.commands import Change, Merger, merge_units
from tests.county import START, County, floor_rule
from tests.ordering.steps import accepted, completed, placed

COUNTY = "420304"
DECEMBER = datetime(2026, 12, 3, 4, tzinfo=UTC)
PLACE = (COUNTY, "2026-11")


@pytest.fixture
def drafted(session: Session, county: County) -> Bulletin:
    """November: the finance bureau bought for 128.06, and has 19.99 on its way."""
    completed(session, county, county.wish((county.mushrooms, 2)))
    placed(session, county, county.wish((county.noodles, 1)))
    return draft_bulletin(session, county.cashier, PLACE, DECEMBER)


def test_the_figures_are_those_of_the_books_on_the_last_day(session, county, drafted):
    facts = thaw(drafted.facts)
    lines = {unit.unit_id: unit for unit in facts.units}
    bureau, archive = lines[county.unit_id], lines[county.other_unit_id]
    assert (bureau.target_fen, bureau.counted_fen, bureau.waiting_fen) == (5_000_000, 12_806, 1_999)
    assert (archive.target_fen, archive.counted_fen) == (450_000, 0)
    assert (facts.sales_fen, facts.villages_selling) == (12_806, 2)
    assert facts.counted_fen == sum(unit.counted_fen for unit in facts.units)
    assert [unit.unit_id for unit in facts.ranking] == [county.unit_id, county.other_unit_id]
    assert drafted.reasons[str(county.other_unit_id)] == "今年还没有采购。"


@pytest.mark.parametrize(
    ("point", "freight"),
    [
        ("PLACED", False),
        ("PLACED", True),
        ("PAID", False),
        ("ACCEPTED", False),
        ("COMPLETED", True),
    ],
)
def test_what_counts_already_is_not_on_its_way_as_on_the_unit_s_page(
    session, county, point, freight
):
    changes = {"recognition_point": point, "freight_counts": freight}
    text = replace(floor_rule(2026), **changes)
    publish_draft(
        session, county.operator, draft_rule(session, county.operator, text, START).id, START
    )
    completed(session, county, county.wish((county.mushrooms, 2)))
    placed(session, county, county.wish((county.mushrooms, 1)))
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    ordering.confirm(session, county.clerk, order.id, 1_500, START)
    accepted(session, county, order)
    waiting = ordering.draft_purchase(
        session, county.buyer, county.wish((county.mushrooms, 1)), START
    )
    ordering.submit(session, county.buyer, waiting.id, START)
    facts = gather(session, COUNTY, "2026-11", date(2026, 11, 30), today=date(2026, 12, 3))
    bureau = next(unit for unit in facts.units if unit.unit_id == county.unit_id)
    page = unit_year(session, county.unit_id, 2026, date(2026, 12, 3))
    assert page.main is not None
    assert bureau.waiting_fen == page.main.waiting_fen
    goods = {"PLACED": 1, "PAID": 5, "ACCEPTED": 2, "COMPLETED": 5}[point] * 6_403
    assert bureau.waiting_fen == goods + (1_500 if freight else 0)
    assert bureau.projected_fen >= bureau.counted_fen + bureau.waiting_fen


def test_what_counts_for_a_unit_that_was_merged_meanwhile_is_in_the_county_s_sum(session, county):
    completed(session, county, county.wish((county.mushrooms, 2)))
    merger = Merger((county.unit_id,), 109, county.other_unit_id)
    merge_units(session, county.operator, merger, Change(date(2026, 11, 24), "合并"), now=DECEMBER)
    facts = thaw(draft_bulletin(session, county.cashier, PLACE, DECEMBER).facts)
    assert facts.counted_fen == 12_806
    assert [(one.name, one.headcount, one.counted_fen) for one in facts.ranking] == [
        ("区档案馆", 109, 0),
        ("区财政局(已撤并)", 0, 12_806),
    ]
    # It has no year of its own to meet any more.
    assert (facts.met, len(facts.living), len(facts.laggards)) == (0, 1, 1)


def test_what_is_on_its_way_when_the_year_is_over_is_not_told_in_december(session, county):
    placed(session, county, county.wish((county.mushrooms, 1)))
    january = datetime(2027, 1, 4, 4, tzinfo=UTC)
    facts = thaw(draft_bulletin(session, county.cashier, (COUNTY, "2026-12"), january).facts)
    assert {unit.waiting_fen for unit in facts.units} == {0}


def test_the_bulletin_reads_orders_of_its_own_county_only(session, county):
    placed(session, county, county.wish((county.mushrooms, 1)))
    floor = find_floor(session, 2026, f"{COUNTY}000000")
    assert floor is not None
    assert waiting_by_unit(session, floor, COUNTY) == {county.unit_id: 6_403}
    assert waiting_by_unit(session, floor, "110101") == {}


def test_who_bought_nothing_stands_before_who_has_no_target():
    def line(unit_id: int, name: str, target_fen: int, counted_fen: int) -> UnitLine:
        return UnitLine(unit_id, name, 10, target_fen, counted_fen, 0, counted_fen, 0)

    units = (
        line(1, "甲", 0, 0),
        line(2, "乙", 500, -5),
        line(3, "丙", 500, 0),
        line(4, "丁", 500, 5),
    )
    facts = Facts("2026-11", date(2026, 11, 30), units, 0, 0, 0, 0)
    assert [unit.unit_id for unit in facts.ranking] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 30), date(2025, 11, 30)),
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2029, 2, 28), date(2028, 2, 29)),
    ],
)
def test_a_month_is_compared_with_the_whole_month_a_year_before(day, before):
    assert last_day_a_year_before(day) == before


def test_what_counts_after_the_month_is_not_in_it(session, county, drafted):
    completed(session, county, county.wish((county.mushrooms, 1)), DECEMBER)
    same = draft_bulletin(session, county.operator, PLACE, DECEMBER)
    assert same.id == drafted.id
    refreshed = refresh_bulletin(session, county.cashier, (COUNTY, drafted.id), DECEMBER)
    assert thaw(refreshed.facts).counted_fen == 12_806


@pytest.mark.parametrize(
    ("period", "refusal"),
    [("2026-12", PeriodNotOver), ("2026-13", PeriodUnknown), ("", PeriodUnknown)],
)
def test_only_months_that_are_over_are_told(session, county, period, refusal):
    with pytest.raises(refusal):
        draft_bulletin(session, county.cashier, (COUNTY, period), DECEMBER)


def test_it_is_signed_by_another_than_its_last_editor_and_then_frozen(session, county, drafted):
    place = (COUNTY, drafted.id)
    wording = (
        drafted.turn,
        "十一月通报",
        "各单位注意进度。",
        {str(county.other_unit_id): "搬迁。"},
    )
    edit_bulletin(session, county.cashier, place, wording, DECEMBER)
    with pytest.raises(OwnBulletin):
        sign_bulletin(session, county.cashier, place, DECEMBER)
    issue = sign_bulletin(session, county.operator, place, DECEMBER)
    assert sign_bulletin(session, county.operator, place, DECEMBER).id == issue.id
    content = {
        "title": "十一月通报",
        "words": "各单位注意进度。",
        "reasons": {**drafted.reasons},
        "facts": drafted.facts,
        "as_of": "2026-11-30",
    }
    assert issue.sha256 == seal_of(content)
    assert issue.reasons[str(county.other_unit_id)] == "搬迁。"
    with pytest.raises(BulletinElsewhere):
        edit_bulletin(session, county.cashier, place, (9, "改", "改", {}), DECEMBER)
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE bulletin_issue SET words = ''"))


def test_two_who_edit_at_once_do_not_undo_each_other(session, county, drafted):
    place, turn = (COUNTY, drafted.id), drafted.turn
    edit_bulletin(session, county.cashier, place, (turn, "甲", "甲", {}), DECEMBER)
    with pytest.raises(BulletinChanged):
        edit_bulletin(session, county.operator, place, (turn, "乙", "乙", {}), DECEMBER)
    # A second click of the same change is quiet.
    assert edit_bulletin(session, county.cashier, place, (turn, "甲", "甲", {}), DECEMBER)


def test_units_see_what_was_published_while_the_next_issue_is_written(session, county, drafted):
    place = (COUNTY, drafted.id)
    with pytest.raises(BulletinElsewhere):
        publish_bulletin(session, county.operator, place, DECEMBER)
    sign_bulletin(session, county.operator, place, DECEMBER)
    publish_bulletin(session, county.operator, place, DECEMBER)
    reopen_bulletin(session, county.operator, place, "一个单位的人数有误", DECEMBER)
    edit_bulletin(
        session, county.operator, place, (drafted.turn, "更正", "更正后的通报。", {}), DECEMBER
    )
    sign_bulletin(session, county.cashier, place, DECEMBER)
    assert [row.id for row in list_bulletins(session, COUNTY, published=True)] == [drafted.id]
    seen = list_issues(session, drafted.id, most=drafted.published_number)
    assert [issue.number for issue in seen] == [1]
    publish_bulletin(session, county.cashier, place, DECEMBER)
    assert drafted.published_number == 2


def test_only_the_centres_operators_write_and_only_in_their_county(session, county, drafted):
    for stranger in (county.auditor, county.buyer, county.clerk, county.shopper):
        with pytest.raises(Forbidden):
            draft_bulletin(session, stranger, PLACE, DECEMBER)
        with pytest.raises(Forbidden):
            sign_bulletin(session, stranger, (COUNTY, drafted.id), DECEMBER)
    with pytest.raises(NotFound):
        sign_bulletin(session, county.operator, ("110101", drafted.id), DECEMBER)


def test_last_years_sums_stand_beside(session, county):
    a_year_ago = START.replace(year=2025)
    completed(session, county, county.wish((county.mushrooms, 3)), a_year_ago)
    facts = thaw(draft_bulletin(session, county.cashier, PLACE, DECEMBER).facts)
    bureau = next(unit for unit in facts.units if unit.unit_id == county.unit_id)
    assert (bureau.counted_fen, bureau.counted_last_year_fen) == (0, 19_209)
    assert replace(facts, sales_fen=1).sales_last_year_fen == 19_209
