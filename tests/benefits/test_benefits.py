"""What households received: sealed, all rows or none, summed only where nobody is told apart."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.audit.models import AuditEntry
from marketplace.benefits.commands import enter_list, reverse_entry, reverse_list
from marketplace.benefits.models import BenefitEntry, BenefitHousehold, BenefitList
from marketplace.benefits.queries import (
    benefits_of_villages,
    entries_of,
    get_list,
    judge_list,
    list_lists,
)
from marketplace.benefits.rules import AlreadyReversed, NothingToReverse
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.core.sealing import Sealer
from marketplace.ordering.rules.refusals import ReasonNeeded
from tests.benefits.lists import NAMES, SEALER, identity_number, row, told
from tests.county import HUIGOU, START, YUNCAI

PAGE = PageRequest()


def entered(session, county, rows, period="2026-10"):
    return enter_list(session, county.clerk, told(county, rows, period), SEALER, START)


def three(**changes):
    return [row(place, **changes) for place in (1, 2, 3)]


def test_names_and_numbers_stand_sealed(session, county):
    entered(session, county, three())
    session.commit()
    for household in session.scalars(select(BenefitHousehold)):
        kept = f"{household.name_sealed} {household.identity_sealed} {household.mark}"
        assert not any(name in kept for name in NAMES)
        assert not any(identity_number(place) in kept for place in (1, 2, 3))
        assert SEALER.open(household.name_sealed) in NAMES
        assert Sealer("another secret " * 3).open(household.name_sealed) is None


def test_the_raw_database_and_the_trail_hold_no_name(session, county):
    entered(session, county, three())
    session.commit()
    for table in ("benefit_household", "benefit_list", "benefit_entry", "audit_entry"):
        rows = str(session.execute(text(f"SELECT * FROM {table}")).all())
        assert not any(name in rows for name in NAMES)
        assert identity_number(1) not in rows


def test_the_same_list_again_is_the_same(session, county):
    first = entered(session, county, three())
    assert entered(session, county, three()).id == first.id
    assert len(session.scalars(select(BenefitEntry)).all()) == 3


def test_a_list_taken_back_whole_can_be_entered_again(session, county):
    first = entered(session, county, three())
    for _time in (1, 2):
        kept = entered(session, county, three())
        assert get_list(session, county.clerk, kept.id).sum_fen == 30_000
        assert entered(session, county, three()).id == kept.id
        reverse_list(session, county.clerk, kept.id, "登记到了错误的月份", START)
    assert entered(session, county, three()).id != first.id
    assert benefits_of_villages(session, 2026)[HUIGOU].sum_fen == 30_000


def test_of_a_list_taken_back_in_part_it_is_said_what_stands_already(session, county):
    entered(session, county, three())
    entry = session.scalars(select(BenefitEntry).order_by(BenefitEntry.id)).first()
    reverse_entry(session, county.clerk, entry.id, "登记错了", START)
    verdicts = judge_list(session, told(county, three()), SEALER, START)
    assert [verdict.is_good for verdict in verdicts] == [True, False, False]
    with pytest.raises(InvalidInput):
        entered(session, county, three())
    entered(session, county, three()[:1])
    assert benefits_of_villages(session, 2026)[HUIGOU].sum_fen == 30_000


def columns_of(verdicts):
    return [[error.column for error in verdict.errors] for verdict in verdicts]


def test_a_row_with_several_bad_cells_names_each(session, county):
    bad = row(1, name="", identity="1", village="没有这村", amount="-1")
    verdicts = judge_list(session, told(county, [bad]), SEALER, START)
    assert columns_of(verdicts) == [["name", "identity", "village", "amount"]]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"name": ""}, "name"),
        ({"name": "字" * 10_000}, "name"),
        ({"name": "张\x00三"}, "name"),
        ({"identity": "420304197001010011"}, "identity"),
        ({"identity": ""}, "identity"),
        ({"village": "没有这村"}, "village"),
        ({"village": ""}, "village"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.555"}, "amount"),
        ({"amount": "1e9"}, "amount"),
        ({"amount": "1000000000"}, "amount"),
        ({"amount": "一百"}, "amount"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(session, county, changes, column):
    rows = [*three()[:2], row(3, **changes)]
    verdicts = judge_list(session, told(county, rows), SEALER, START)
    assert columns_of(verdicts) == [[], [], [column]]
    with pytest.raises(InvalidInput):
        entered(session, county, rows)
    assert session.scalars(select(BenefitList)).all() == []


def test_full_width_digits_are_understood(session, county):
    verdict = judge_list(session, told(county, [row(1, amount="１００.５")]), SEALER, START)[0]
    assert (verdict.is_good, verdict.amount_fen) == (True, 10_050)


def test_a_household_stands_once_in_a_month(session, county):
    verdicts = judge_list(session, told(county, [row(1), row(2), row(1)]), SEALER, START)
    assert [one.is_good for one in verdicts] == [True, True, False]
    entered(session, county, [row(1)])
    verdicts = judge_list(session, told(county, [row(1), row(2)]), SEALER, START)
    assert [one.is_good for one in verdicts] == [False, True]


@pytest.mark.parametrize("period", ["2026-12", "2026-13", "1999-01", "2026", "２０２６-10", ""])
def test_a_month_that_is_none_is_refused(session, county, period):
    with pytest.raises(InvalidInput) as refusal:
        entered(session, county, three(), period)
    assert refusal.value.errors[0].field == "period"


def test_fewer_than_three_households_are_told_to_nobody(session, county):
    entered(session, county, [row(1), row(2), row(3, village=YUNCAI)])
    assert benefits_of_villages(session, 2026) == {}
    entered(session, county, [row(4, amount="50.25")])
    found = benefits_of_villages(session, 2026)
    assert list(found) == [HUIGOU]
    assert (found[HUIGOU].households, found[HUIGOU].sum_fen) == (3, 25_025)
    assert benefits_of_villages(session, 2025) == {}
    assert benefits_of_villages(session, 2026, YUNCAI) == {}


def test_a_household_counts_once_whatever_it_received(session, county):
    for period in ("2026-08", "2026-09", "2026-10"):
        entered(session, county, [row(1), row(2)], period)
    assert benefits_of_villages(session, 2026) == {}


def test_a_mistake_is_taken_back_by_an_entry(session, county):
    kept = entered(session, county, three())
    first = session.scalars(select(BenefitEntry).order_by(BenefitEntry.id)).first()
    assert first is not None
    with pytest.raises(ReasonNeeded):
        reverse_entry(session, county.clerk, first.id, " ", START)
    reversal = reverse_entry(session, county.clerk, first.id, "金额填错", START)
    assert reversal.amount_fen == -first.amount_fen
    with pytest.raises(AlreadyReversed):
        reverse_entry(session, county.clerk, first.id, "再来", START)
    with pytest.raises(NotFound):
        reverse_entry(session, county.clerk, reversal.id, "再来", START)
    assert benefits_of_villages(session, 2026) == {}
    entered(session, county, [row(1, amount="90")])
    assert benefits_of_villages(session, 2026)[HUIGOU].sum_fen == 29_000
    reverse_list(session, county.clerk, kept.id, "整份作废", START)
    with pytest.raises(NothingToReverse):
        reverse_list(session, county.clerk, kept.id, "再来", START)
    assert get_list(session, county.clerk, kept.id).sum_fen == 0
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("DELETE FROM benefit_entry"))


def test_its_own_people_read_names_the_county_reads_masks(session, county):
    kept = entered(session, county, three())

    def names(who):
        row = get_list(session, who, kept.id)
        return [(e.name, e.identity) for e in entries_of(session, who, row, SEALER, PAGE).items]

    assert names(county.clerk)[0] == (NAMES[0], f"****{identity_number(1)[-4:]}")
    for officer in (county.operator, county.auditor):
        assert names(officer)[0] == ("欧*", "")
    for stranger in (county.other_clerk, county.buyer, county.shopper):
        with pytest.raises(NotFound):
            get_list(session, stranger, kept.id)
        with pytest.raises(NotFound):
            list_lists(session, stranger, county.producer_id, PAGE)


def test_only_its_own_people_write(session, county):
    with pytest.raises(NotFound):
        enter_list(session, county.other_clerk, told(county, three()), SEALER, START)
    with pytest.raises(NotFound):
        enter_list(session, county.operator, told(county, three()), SEALER, START)
    kept = entered(session, county, three())
    with pytest.raises(Forbidden):
        reverse_list(session, county.operator, kept.id, "x", START)
    with pytest.raises(NotFound):
        reverse_list(session, county.other_clerk, kept.id, "x", START)


def test_a_lost_secret_hides_names_and_keeps_sums(session, county):
    kept = entered(session, county, three())
    other = Sealer("another secret " * 3)
    row = get_list(session, county.clerk, kept.id)
    assert {e.name for e in entries_of(session, county.clerk, row, other, PAGE).items} == {""}
    assert benefits_of_villages(session, 2026)[HUIGOU].households == 3


def test_what_was_entered_is_in_the_trail(session, county):
    entered(session, county, three())
    about = AuditEntry.object_kind == "benefit_list"
    assert list(session.scalars(select(AuditEntry.action).where(about))) == ["benefits.entered"]
