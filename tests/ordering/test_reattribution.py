"""An order bought under the wrong unit counts for the right one once both sides agree."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.attribution.models import AttributionEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands import (
    approve_reattribution,
    ask_reattribution,
    refuse_reattribution,
)
from marketplace.ordering.queries.reattributions import list_reattributions
from marketplace.ordering.rules import RefundedLine, RefundWish, WrongState
from marketplace.ordering.rules.reattribution import (
    AlreadyAsked,
    OwnReattribution,
    ReattributionEnded,
)
from marketplace.outbox.models import OutboxMessage
from marketplace.producers.commands import set_freight
from marketplace.producers.rules import flat_tariff
from marketplace.quota.commands import close_year, publish_rule
from marketplace.quota.models import QuotaEntry, QuotaTotal
from marketplace.reports.queries import reconcile
from tests.county import START, floor_rule, person
from tests.ordering.steps import accepted, completed, lines_of, paid, placed

LATER = START + timedelta(days=1)
NEXT_YEAR = START + timedelta(days=60)


@pytest.fixture
def other_approver(session, county):
    return person(session, "approver@other", ("UNIT", county.other_unit_id, "APPROVER"))


def bought(session, county, packs: int = 3):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, packs)))
    return order


def asked(session, county, order, identity=None):
    wish = (order.id, county.other_unit_id, "下单时选错了单位")
    who = identity or county.buyer
    return ask_reattribution(session, who, county.unit_id, wish, now=LATER)


def moved(session, county, other_approver, order, now=LATER):
    request = asked(session, county, order)
    approve_reattribution(session, county.approver, county.unit_id, request.id, now)
    return approve_reattribution(session, other_approver, county.other_unit_id, request.id, now)


def totals(session) -> dict[tuple[int, int], int]:
    session.flush()
    rows = session.execute(
        select(QuotaTotal.unit_id, QuotaTotal.year, func.sum(QuotaTotal.counted_fen)).group_by(
            QuotaTotal.unit_id, QuotaTotal.year
        )
    )
    return {(unit, year): amount for unit, year, amount in rows}


def by_unit_and_village(session) -> dict[tuple[int, str], int]:
    entry = AttributionEntry
    rows = session.execute(
        select(entry.unit_id, entry.village_code, func.sum(entry.amount_fen)).group_by(
            entry.unit_id, entry.village_code
        )
    )
    return {(unit, village): amount for unit, village, amount in rows if amount}


def test_case_12_both_sides_agree_and_the_order_counts_for_the_other(
    session, county, other_approver
):
    order = bought(session, county)
    before, villages = totals(session), by_unit_and_village(session)
    request = asked(session, county, order)
    approve_reattribution(session, county.approver, county.unit_id, request.id, LATER)
    assert totals(session) == before
    approve_reattribution(session, other_approver, county.other_unit_id, request.id, LATER)
    counted = before[county.unit_id, 2026]
    assert counted > 0
    after = totals(session)
    assert (after[county.unit_id, 2026], after[county.other_unit_id, 2026]) == (0, counted)
    assert by_unit_and_village(session) == {
        (county.other_unit_id, village): amount for (_unit, village), amount in villages.items()
    }
    kinds = session.scalars(select(QuotaEntry.kind).order_by(QuotaEntry.id)).all()
    assert list(kinds[-2:]) == ["REATTRIBUTION", "REATTRIBUTION"]
    assert reconcile(session) == []


def test_a_refund_afterwards_is_taken_from_whom_the_order_counts_for(
    session, county, other_approver
):
    order = bought(session, county)
    moved(session, county, other_approver, order)
    (line,) = lines_of(session, order.id)
    for _ in range(3):
        wish = RefundWish((RefundedLine(line.id, 1),), None, "发霉")
        refund = ordering.request_refund(session, county.buyer, order.id, wish, LATER)
        ordering.approve_refund(session, county.clerk, refund.id, LATER)
        assert totals(session)[county.unit_id, 2026] == 0
    assert totals(session)[county.other_unit_id, 2026] == 0
    assert by_unit_and_village(session) == {}
    assert reconcile(session) == []


def test_what_was_refunded_before_does_not_move(session, county, other_approver):
    order = bought(session, county)
    (line,) = lines_of(session, order.id)
    wish = RefundWish((), 100, "短斤少两")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, LATER)
    ordering.approve_refund(session, county.clerk, refund.id, LATER)
    moved(session, county, other_approver, order)
    kept = line.accepted_fen - 100
    assert totals(session)[county.other_unit_id, 2026] == kept
    assert totals(session)[county.unit_id, 2026] == 0
    assert sum(by_unit_and_village(session).values()) == kept
    assert reconcile(session) == []


def test_after_the_year_was_closed_both_entries_stand_in_the_running_year(
    session, county, other_approver
):
    order = bought(session, county)
    counted = totals(session)[county.unit_id, 2026]
    close_year(session, 2026, NEXT_YEAR)
    moved(session, county, other_approver, order, NEXT_YEAR)
    after = totals(session)
    assert after[county.unit_id, 2026] == counted
    assert after[county.unit_id, 2027] == -counted
    rows = session.scalars(select(QuotaEntry).where(QuotaEntry.kind == "REATTRIBUTION")).all()
    assert {(row.year, row.counted_on) for row in rows} == {(2027, date(2027, 1, 22))}
    assert reconcile(session) == []


def test_what_counted_when_it_was_placed_is_moved_in_the_year_in_which_it_stands(
    session, county, other_approver
):
    """Placed in December under a rule that counts then, and complete in January."""
    for year in (2026, 2027):
        text = replace(floor_rule(year), code="placed", recognition_point="PLACED")
        publish_rule(session, text, START)
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    accepted(session, county, order, NEXT_YEAR)
    paid(session, county, purchase, NEXT_YEAR)
    worth = order.goods_fen
    here, there = county.unit_id, county.other_unit_id
    assert totals(session) == {(here, 2026): worth, (here, 2027): worth}
    request = ask_reattribution(
        session, county.buyer, here, (order.id, there, "下单时选错了单位"), now=NEXT_YEAR
    )
    approve_reattribution(session, county.approver, here, request.id, NEXT_YEAR)
    approve_reattribution(session, other_approver, there, request.id, NEXT_YEAR)
    assert totals(session) == {
        (here, 2026): 0,
        (here, 2027): 0,
        (there, 2026): worth,
        (there, 2027): worth,
    }
    assert reconcile(session) == []


def test_it_can_be_moved_on_and_back(session, county, other_approver):
    order = bought(session, county)
    counted = totals(session)[county.unit_id, 2026]
    moved(session, county, other_approver, order)
    wish = (order.id, county.unit_id, "原来是对的")
    asker = person(session, "buyer@other", ("UNIT", county.other_unit_id, "BUYER"))
    back = ask_reattribution(session, asker, county.other_unit_id, wish, now=LATER)
    approve_reattribution(session, other_approver, county.other_unit_id, back.id, LATER)
    approve_reattribution(session, county.approver, county.unit_id, back.id, LATER)
    after = totals(session)
    assert (after[county.unit_id, 2026], after[county.other_unit_id, 2026]) == (counted, 0)
    assert reconcile(session) == []


def test_nobody_agrees_to_their_own_request_or_for_both_sides(session, county, other_approver):
    order = bought(session, county)
    both = person(
        session,
        "both@units",
        ("UNIT", county.unit_id, "APPROVER"),
        ("UNIT", county.other_unit_id, "APPROVER"),
    )
    request = asked(session, county, order, both)
    with pytest.raises(OwnReattribution):
        approve_reattribution(session, both, county.unit_id, request.id, LATER)
    approve_reattribution(session, both, county.other_unit_id, request.id, LATER)
    with pytest.raises(Forbidden):
        approve_reattribution(session, county.finance, county.unit_id, request.id, LATER)
    done = approve_reattribution(session, county.approver, county.unit_id, request.id, LATER)
    assert done.state == "DONE"


def test_a_second_click_moves_nothing_twice(session, county, other_approver):
    order = bought(session, county)
    done = moved(session, county, other_approver, order)
    after = totals(session)
    again = approve_reattribution(session, other_approver, county.other_unit_id, done.id, LATER)
    assert (again.state, totals(session)) == ("DONE", after)
    with pytest.raises(ReattributionEnded):
        refuse_reattribution(session, county.approver, (county.unit_id, done.id), "反悔", LATER)


def test_a_refused_request_leaves_everything_and_another_may_follow(
    session, county, other_approver
):
    order = bought(session, county)
    before = totals(session)
    request = asked(session, county, order)
    assert asked(session, county, order).id == request.id
    wish = (order.id, county.other_unit_id, "又想起一个原因")
    with pytest.raises(AlreadyAsked):
        ask_reattribution(session, county.buyer, county.unit_id, wish, now=LATER)
    subject = (county.other_unit_id, request.id)
    refuse_reattribution(session, other_approver, subject, "不是我们的", LATER)
    with pytest.raises(ReattributionEnded):
        approve_reattribution(session, county.approver, county.unit_id, request.id, LATER)
    assert totals(session) == before
    assert asked(session, county, order).state == "ASKED"


def test_only_what_is_complete_and_counts_here_can_be_moved(session, county):
    _purchase, (waiting,) = placed(session, county, county.wish((county.mushrooms, 1)))
    with pytest.raises(WrongState):
        asked(session, county, waiting)
    order = bought(session, county)
    with pytest.raises(NotFound):
        asked(session, county, order, county.stranger)
    for target in (county.unit_id, 999_999):
        with pytest.raises(InvalidInput):
            ask_reattribution(
                session, county.buyer, county.unit_id, (order.id, target, "错"), now=LATER
            )
    other = person(session, "buyer@other", ("UNIT", county.other_unit_id, "BUYER"))
    with pytest.raises(NotFound):
        ask_reattribution(
            session, other, county.other_unit_id, (order.id, county.unit_id, "错"), now=LATER
        )


def test_the_approvers_of_both_sides_hear_of_it_and_strangers_see_nothing(
    session, county, other_approver
):
    order = bought(session, county)
    request = asked(session, county, order)
    told = session.scalars(select(OutboxMessage.payload)).all()
    assert {"event": "reattribution_asked", "object_id": request.id} in list(told)
    page = PageRequest()
    (seen,) = list_reattributions(session, other_approver, county.other_unit_id, page).items
    assert (seen.number, seen.from_approved, seen.to_approved) == (order.number, False, False)
    with pytest.raises(NotFound):
        list_reattributions(session, county.shopper, county.unit_id, page)


@pytest.mark.parametrize("freight", [False, True])
def test_nothing_is_lost_on_the_way_into_a_year_that_has_no_rule_yet(
    session, county, other_approver, freight
):
    """The old year is closed, and the rule of the new one is not published."""
    text = replace(floor_rule(2026), code="school-meals", freight_counts=freight)
    publish_rule(session, text, START)
    wish = county.wish((county.mushrooms, 3))
    set_freight(session, county.clerk, county.producer_id, flat_tariff(800, 0), START)
    _purchase, (order,) = completed(session, county, wish)
    before = totals(session)[county.unit_id, 2026]
    close_year(session, 2026, NEXT_YEAR)
    moved(session, county, other_approver, order, NEXT_YEAR)
    after = totals(session)
    assert (after[county.unit_id, 2027], after[county.other_unit_id, 2027]) == (-before, before)
    assert reconcile(session) == []
