"""A unit files its year; supervisor and finance bureau look at it; only then does it hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Role
from marketplace.core.paging import PageRequest
from marketplace.filings.commands import (
    pass_filing,
    remind_to_file,
    return_filing,
    set_filing_due,
    submit_filing,
    write_filing,
)
from marketplace.filings.models import FilingStep
from marketplace.filings.queries import (
    count_filings,
    find_due,
    find_filing,
    list_filings,
    list_missing,
    plans_of,
)
from marketplace.filings.rules import FilingElsewhere, FilingNotYours, GivenFiling, NoSuchYear
from marketplace.notices.models import Notice
from marketplace.quota.commands import RuleText, publish_rule
from marketplace.reports.queries import unit_year
from marketplace.units.commands import NewUnit, create_unit
from marketplace.units.queries import get_unit, headcount_on
from marketplace.uploads.rules import GivenFile
from tests.county import START, County, person
from tests.ordering.steps import completed

TODAY = date(2026, 11, 23)
PAGE = PageRequest(1, 24)
GIVEN = GivenFiling(120, "OWN", "", 50_000_000, 6_000_000, "含食堂")


@pytest.fixture
def below(session: Session, county: County):
    """A unit below the county's, with somebody who files for it, and its supervisor."""
    unit = NewUnit("第一小学", 2, "420304000000", 40, date(2024, 1, 1), county.unit_id)
    unit_id = create_unit(session, unit, START).id
    finance = person(session, "school@test", ("UNIT", unit_id, Role.FINANCE))
    supervisor = person(session, "above@test", ("UNIT", county.unit_id, Role.ADMIN))
    return unit_id, finance, supervisor


def paper(content: bytes) -> GivenFile:
    return GivenFile("papers", "a.pdf", content)


def write(session, county, given=GIVEN, year=2026, now=START):
    return write_filing(session, county.finance, county.unit_id, year, given, now=now)


def approved(session, county, given=GIVEN, now=START):
    filing = write(session, county, given, now=now)
    submit_filing(session, county.finance, filing.id, now)
    return pass_filing(session, county.operator, filing.id, now)


def test_what_is_approved_holds_from_its_day_on(session, county):
    filing = approved(session, county)
    assert filing.state == "APPROVED"
    assert headcount_on(session, county.unit_id, TODAY) == 120
    assert headcount_on(session, county.unit_id, date(2025, 12, 31)) == 100
    assert get_unit(session, county.unit_id).canteen_status == "OWN"
    assert plans_of(session, [county.unit_id], 2026) == {county.unit_id: (50_000_000, 6_000_000)}


def test_nothing_holds_before_the_last_yes(session, county):
    filing = write(session, county)
    submit_filing(session, county.finance, filing.id, START)
    submit_filing(session, county.finance, filing.id, START)
    assert headcount_on(session, county.unit_id, TODAY) == 100
    assert plans_of(session, [county.unit_id], 2026) == {}


def test_the_supervisor_looks_first_then_the_finance_bureau(session, county, below):
    unit_id, finance, supervisor = below
    filing = write_filing(session, finance, unit_id, 2026, GIVEN, now=START)
    with pytest.raises(FilingNotYours):
        pass_filing(session, supervisor, filing.id, START)
    submit_filing(session, finance, filing.id, START)
    with pytest.raises(FilingNotYours):
        pass_filing(session, county.operator, filing.id, START)
    assert pass_filing(session, supervisor, filing.id, START).state == "REVIEWED"
    with pytest.raises(FilingNotYours):
        pass_filing(session, supervisor, filing.id, START)
    assert pass_filing(session, county.operator, filing.id, START).state == "APPROVED"
    assert headcount_on(session, unit_id, TODAY) == 120
    kinds = session.scalars(select(FilingStep.kind).order_by(FilingStep.id)).all()
    assert kinds == ["WRITTEN", "SUBMITTED", "REVIEWED", "APPROVED"]


def test_a_filing_goes_back_with_a_reason_and_comes_again(session, county):
    filing = write(session, county)
    submit_filing(session, county.finance, filing.id, START)
    with pytest.raises(FilingElsewhere):
        write(session, county)
    with pytest.raises(InvalidInput):
        return_filing(session, county.operator, filing.id, " ", START)
    return_filing(session, county.operator, filing.id, "人数与三定方案不符", START)
    again = write(session, county, GivenFiling(118, "OWN", "", 50_000_000, 0))
    assert (again.id, again.revision, again.state) == (filing.id, 1, "RETURNED")
    submit_filing(session, county.finance, filing.id, START)
    pass_filing(session, county.operator, filing.id, START)
    assert headcount_on(session, county.unit_id, TODAY) == 118


def test_a_revision_has_a_reason_and_a_day_and_leaves_the_first_as_it_was(session, county):
    first = approved(session, county)
    with pytest.raises(InvalidInput) as refused:
        write(session, county, GivenFiling(110, "OWN", "", 0, 0))
    assert [error.field for error in refused.value.errors] == ["reason"]
    change = GivenFiling(110, "OWN", "", 0, 0, "", date(2026, 7, 1), "调出 10 人")
    second = approved(session, county, change, START + timedelta(days=1))
    assert (second.revision, first.headcount) == (2, 120)
    assert headcount_on(session, county.unit_id, date(2026, 6, 30)) == 120
    assert headcount_on(session, county.unit_id, date(2026, 7, 1)) == 110
    assert plans_of(session, [county.unit_id], 2026) == {county.unit_id: (0, 0)}


def test_a_revision_of_last_year_moves_last_year_and_not_this_one(session, county):
    approved(session, county)
    january = datetime(2027, 1, 10, 4, tzinfo=UTC)
    this_year = write(session, county, GivenFiling(130, "OWN", "", 0, 0), 2027, january)
    submit_filing(session, county.finance, this_year.id, january)
    pass_filing(session, county.operator, this_year.id, january)
    approved(session, county, GivenFiling(110, "OWN", "", 0, 0, reason="调出 10 人"), january)
    assert headcount_on(session, county.unit_id, date(2026, 12, 30)) == 120
    assert headcount_on(session, county.unit_id, date(2026, 12, 31)) == 110
    assert headcount_on(session, county.unit_id, date(2027, 1, 10)) == 130


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (GivenFiling(-1, "OWN", "", 0, 0), "headcount"),
        (GivenFiling(100_001, "OWN", "", 0, 0), "headcount"),
        (GivenFiling(1, "PALACE", "", 0, 0), "canteen_status"),
        (GivenFiling(1, "OWN", "", -1, 0), "canteen_spend"),
        (GivenFiling(1, "OWN", "", 10**12, 0), "canteen_spend"),
        (GivenFiling(1, "OWN", "", 0, -1), "union_spend"),
        (GivenFiling(1, "NONE", "", 1, 0), "canteen_spend"),
        (GivenFiling(1, "SHARED_MEMBER", "区档案馆", 1, 0), "canteen_spend"),
        (GivenFiling(1, "SHARED_MEMBER", "", 0, 0), "lead_name"),
        (GivenFiling(1, "SHARED_MEMBER", "没有的单位", 0, 0), "lead_name"),
        (GivenFiling(1, "SHARED_MEMBER", "区财政局", 0, 0), "lead_name"),
        (GivenFiling(1, "OWN", "", 0, 0, "", date(2025, 12, 31)), "effective_on"),
        (
            GivenFiling(1, "OWN", "", 0, 0, papers=(paper(b"%PDF"),) * 6),
            "papers",
        ),
        (GivenFiling(1, "OWN", "", 0, 0, papers=(paper(b"<svg>"),)), "papers"),
    ],
)
def test_what_cannot_be_filed_is_named(session, county, given, field):
    with pytest.raises(InvalidInput) as refused:
        write(session, county, given)
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("year", [0, 1999, 2024, 2028, 10**9])
def test_only_years_around_this_one_are_filed(session, county, year):
    with pytest.raises(NoSuchYear):
        write(session, county, year=year)


def test_only_the_units_own_finance_files_and_strangers_do_not_learn_of_it(session, county):
    for other in (county.buyer, county.approver, county.operator):
        with pytest.raises(Forbidden):
            write_filing(session, other, county.unit_id, 2026, GIVEN, now=START)
    filing = write(session, county)
    for other in (county.stranger, county.clerk, county.shopper):
        with pytest.raises(NotFound):
            write_filing(session, other, county.unit_id, 2026, GIVEN, now=START)
        with pytest.raises(NotFound):
            submit_filing(session, other, filing.id, START)
        with pytest.raises(NotFound):
            find_filing(session, other, county.unit_id, 2026)
    with pytest.raises(FilingNotYours):
        pass_filing(session, county.auditor, filing.id, START)


def test_who_has_not_filed_and_until_when(session, county):
    set_filing_due(session, county.operator, 2026, date(2026, 3, 31), START)
    set_filing_due(session, county.operator, 2026, date(2026, 4, 30), START)
    assert find_due(session, 2026) == date(2026, 4, 30)
    with pytest.raises(Forbidden):
        set_filing_due(session, county.auditor, 2026, date(2026, 4, 30), START)
    missing = {one.unit_id: one.state for one in list_missing(session, 2026, TODAY, PAGE).items}
    assert missing == {county.unit_id: None, county.other_unit_id: None}
    filing = write(session, county)
    missing = {one.unit_id: one.state for one in list_missing(session, 2026, TODAY, PAGE).items}
    assert missing == {county.unit_id: "DRAFT", county.other_unit_id: None}
    submit_filing(session, county.finance, filing.id, START)
    missing = {one.unit_id: one.state for one in list_missing(session, 2026, TODAY, PAGE).items}
    assert missing == {county.other_unit_id: None}


def test_a_supervisor_sees_those_below_and_the_centre_all(session, county, below):
    unit_id, finance, supervisor = below
    for who, unit in ((finance, unit_id), (county.finance, county.unit_id)):
        filing = write_filing(session, who, unit, 2026, GIVEN, now=START)
        submit_filing(session, who, filing.id, START)
    seen = list_filings(session, county.operator, 2026, "submitted", PAGE).items
    assert [one.unit_id for one in seen] == [unit_id, county.unit_id]
    assert count_filings(session, supervisor, 2026)["submitted"] == 2
    assert count_filings(session, county.stranger, 2026)["submitted"] == 0


def test_who_has_not_filed_is_reminded_once_at_each_stage(session, county):
    due = date(2026, 12, 20)
    set_filing_due(session, county.operator, 2026, due, START)
    told = []
    for days in range(45):
        told.append(remind_to_file(session, START + timedelta(days=days)))
        told[-1] += remind_to_file(session, START + timedelta(days=days))
    # A week before the last day, and the day after it; the other unit has no finance to write to.
    assert [day for day, number in enumerate(told) if number] == [20, 28]
    about = f"{county.unit_id}:{county.finance.person_id}"
    keys = session.scalars(select(Notice.effect_key).where(Notice.kind.startswith("filing_"))).all()
    assert keys == [f"filing:2026:{due}:{stage}:{about}" for stage in ("soon", "late")]
    filing = write(session, county)
    submit_filing(session, county.finance, filing.id, START)
    set_filing_due(session, county.operator, 2026, due + timedelta(days=30), START)
    assert remind_to_file(session, START + timedelta(days=55)) == 0


def ratio_rule(session, basis, ppm, code="ratio"):
    text = RuleText(
        code=code,
        year=2026,
        name="比例",
        basis=basis,
        area="420304",
        funds=("CANTEEN", "UNION"),
        legal_reference="测试",
        ratio_ppm=ppm,
    )
    return publish_rule(session, text, START)


@pytest.mark.parametrize(
    ("basis", "ppm", "target"),
    [
        ("CANTEEN_RATIO", 100_000, 5_000_000),
        ("CANTEEN_RATIO", 333_333, 16_666_650),
        ("WELFARE_RATIO", 100_000, 600_000),
    ],
)
def test_a_ratio_is_taken_of_what_was_approved(session, county, basis, ppm, target):
    rule = ratio_rule(session, basis, ppm)
    before = {one.rule_id: one for one in unit_year(session, county.unit_id, 2026, TODAY).rules}
    assert (before[rule.id].target_fen, before[rule.id].rate_ppm) == (0, None)
    approved(session, county)
    after = {one.rule_id: one for one in unit_year(session, county.unit_id, 2026, TODAY).rules}
    assert after[rule.id].target_fen == target


def test_case_10_of_a_shared_canteen_only_the_lead_has_the_target(session, county):
    rule = ratio_rule(session, "CANTEEN_RATIO", 100_000)
    approved(session, county, GivenFiling(120, "SHARED_MEMBER", "区档案馆", 0, 0))
    year = unit_year(session, county.unit_id, 2026, TODAY)
    assert {one.rule_id: one.target_fen for one in year.rules}[rule.id] == 0
    completed(session, county, county.wish((county.mushrooms, 2)))
    year = unit_year(session, county.unit_id, 2026, TODAY)
    assert {one.rule_id: one.counted_fen for one in year.rules}[rule.id] == 12_806


def test_not_below_last_year_asks_for_what_counted_then(session, county):
    for of_year in (2025, 2026):
        text = RuleText(
            code="as-before",
            year=of_year,
            name="不低于上年",
            basis="NOT_BELOW_LAST_YEAR",
            area="420304",
            funds=("UNION",),
            legal_reference="测试",
        )
        rule = publish_rule(session, text, START - timedelta(days=700))
    completed(session, county, county.wish((county.mushrooms, 3)), START - timedelta(days=365))
    year = unit_year(session, county.unit_id, 2026, TODAY)
    assert {one.rule_id: one.target_fen for one in year.rules}[rule.id] == 19_209
