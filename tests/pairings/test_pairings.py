"""A unit stands by a village: once, dated, by table or one by one, and never deleted."""

from datetime import date, timedelta

import pytest

from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.paging import PageRequest
from marketplace.pairings.commands import end_pairing, pair, pair_by_table
from marketplace.pairings.queries import (
    list_pairings,
    pairings_of_unit,
    pairings_of_villages,
    read_table,
)
from marketplace.pairings.rules import EndsTooEarly, GivenPairing, PairedAlready, read_rows
from tests.county import HUIGOU, START, YUNCAI

TODAY = day_of(START)
PAGE = PageRequest(1, 50)


def given(county, village=HUIGOU, from_on=TODAY):
    return GivenPairing(county.unit_id, village, from_on, "郧组发〔2026〕3 号")


def test_a_pairing_is_seen_from_both_sides(session, county):
    made = pair(session, county.operator, given(county), START)
    assert [row.village_code for row in pairings_of_unit(session, county.unit_id, TODAY)] == [
        HUIGOU
    ]
    assert [row.unit_name for row in pairings_of_villages(session, [HUIGOU], TODAY)] == ["区财政局"]
    assert pairings_of_unit(session, county.unit_id, TODAY - timedelta(days=1)) == []
    with pytest.raises(PairedAlready):
        pair(session, county.operator, given(county), START)
    pair(session, county.operator, given(county, YUNCAI), START)
    assert made.made_by == county.operator.person_id


def test_what_has_ended_stays_on_record_and_can_begin_again(session, county):
    made = pair(session, county.operator, given(county, from_on=TODAY), START)
    with pytest.raises(EndsTooEarly):
        end_pairing(session, county.operator, made.id, (TODAY - timedelta(days=1), "调整"), START)
    end_pairing(session, county.operator, made.id, (TODAY, "调整"), START)
    assert end_pairing(session, county.operator, made.id, (TODAY, "又"), START).reason == "调整"
    tomorrow = TODAY + timedelta(days=1)
    assert pairings_of_unit(session, county.unit_id, tomorrow) == []
    pair(session, county.operator, given(county, from_on=tomorrow), START)
    everything = list_pairings(session, "420304", "", PAGE, on=None)
    assert everything.total == 2
    assert list_pairings(session, "420304", "财政", PAGE, on=tomorrow).total == 1
    assert list_pairings(session, "110101", "", PAGE, on=None).total == 0


def test_a_table_says_what_is_wrong_by_row_and_column(session, county):
    cells = [
        ["2026 年结对名单", "", "", ""],
        ["单位", "村代码", "开始日期", "依据"],
        ["区财政局", HUIGOU, "2026-01-01", ""],
        ["没有的局", "云彩山村", "昨天", ""],
        ["区档案馆", "云彩山村", "", "x" * 121],
    ]
    typed = read_rows(cells)
    assert typed is not None
    good, errors = read_table(session, typed, TODAY)
    assert [one.village_code for one in good] == [HUIGOU]
    assert [(error.row, error.field) for error in errors] == [
        (4, "单位"),
        (4, "开始日期"),
        (5, "依据"),
    ]


def test_a_table_is_taken_once(session, county):
    rows = [given(county), given(county, YUNCAI), given(county)]
    assert pair_by_table(session, county.operator, rows, START) == 2
    assert pair_by_table(session, county.operator, rows, START) == 0


def test_only_the_centres_operators_pair(session, county):
    for person in (county.auditor, county.buyer, county.clerk):
        with pytest.raises(Forbidden):
            pair(session, person, given(county), START)
    with pytest.raises(NotFound):
        pair(session, county.operator, GivenPairing(10**6, HUIGOU, date(2026, 1, 1), ""), START)
    with pytest.raises(NotFound):
        end_pairing(session, county.operator, 10**6, (TODAY, "x"), START)
