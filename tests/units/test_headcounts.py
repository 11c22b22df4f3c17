"""Headcounts change from a day on, with a reason, approved by someone above."""

from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Standing
from marketplace.units import queries
from marketplace.units.commands import HeadcountChange, revise_headcount
from marketplace.units.rules import HeadcountDayTaken
from tests.conftest import NOON
from tests.units.tree import found, somebody

JULY = date(2026, 7, 1)
OPERATOR = somebody(Standing("CENTRE", 1, "OPERATOR"))


@pytest.fixture
def tree(session):
    return found(session)


def test_a_revision_counts_from_its_day_on(session, tree):
    unit_id = tree["小学"]
    revise_headcount(session, OPERATOR, unit_id, HeadcountChange(12, JULY, "调入 2 人"), now=NOON)
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2026, 6, 30), JULY, date(2027, 1, 1)]
    assert [queries.headcount_on(session, unit_id, day) for day in days] == [0, 10, 10, 12, 12]


def test_headcounts_of_many_units_come_in_one_query(session, tree):
    revise_headcount(session, OPERATOR, tree["局"], HeadcountChange(40, JULY, "三定方案"), now=NOON)
    statements = []
    event.listen(
        session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    heads = queries.headcounts_on(session, [*tree.values(), 999], JULY)
    assert heads == {**dict.fromkeys(tree.values(), 10), tree["局"]: 40, 999: 0}
    assert len(statements) == 1


def test_a_supervisor_approves_and_the_trail_says_so(session, tree):
    supervisor = somebody(Standing("UNIT", tree["局"], "ADMIN"))
    change = HeadcountChange(12, JULY, "  调入 2 人 ")
    revise_headcount(session, supervisor, tree["教学点"], change, now=NOON)
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "headcount.revised"))
    assert entry.before == {"headcount": 10}
    assert entry.after == {"headcount": 12, "effective_on": "2026-07-01", "reason": "调入 2 人"}


@pytest.mark.parametrize("role", ["ADMIN", "FINANCE"])
def test_a_unit_does_not_approve_its_own_headcount(session, tree, role):
    own = somebody(Standing("UNIT", tree["小学"], role))
    with pytest.raises(Forbidden):
        revise_headcount(session, own, tree["小学"], HeadcountChange(1, JULY, "少算"), now=NOON)


def test_an_auditor_changes_nothing(session, tree):
    auditor = somebody(Standing("CENTRE", 1, "AUDITOR"))
    with pytest.raises(Forbidden):
        revise_headcount(session, auditor, tree["小学"], HeadcountChange(1, JULY, "改"), now=NOON)


def test_whoever_does_not_see_the_unit_finds_nothing(session, tree):
    stranger = somebody(Standing("UNIT", tree["别的局"], "ADMIN"))
    with pytest.raises(NotFound):
        revise_headcount(session, stranger, tree["小学"], HeadcountChange(1, JULY, "改"), now=NOON)


@pytest.mark.parametrize(
    ("headcount", "reason", "field"),
    [
        (-1, "调出", "headcount"),
        (100_001, "调入", "headcount"),
        (5, " ", "reason"),
        (5, "长" * 201, "reason"),
    ],
)
def test_a_revision_that_cannot_be_is_refused_by_its_field(session, tree, headcount, reason, field):
    change = HeadcountChange(headcount, JULY, reason)
    with pytest.raises(InvalidInput) as refusal:
        revise_headcount(session, OPERATOR, tree["小学"], change, now=NOON)
    assert [error.field for error in refusal.value.errors] == [field]


def test_the_same_revision_again_changes_nothing_and_another_needs_another_day(session, tree):
    change = HeadcountChange(12, JULY, "调入 2 人")
    first = revise_headcount(session, OPERATOR, tree["小学"], change, now=NOON)
    assert revise_headcount(session, OPERATOR, tree["小学"], change, now=NOON) is first
    other = HeadcountChange(13, JULY, "又调入 1 人")
    with pytest.raises(HeadcountDayTaken):
        revise_headcount(session, OPERATOR, tree["小学"], other, now=NOON)
    assert len(queries.list_headcounts(session, tree["小学"])) == 2


def test_the_database_itself_refuses_a_negative_headcount(session, tree):
    queries.list_headcounts(session, tree["小学"])[0].headcount = -1
    with pytest.raises(IntegrityError):
        session.flush()
