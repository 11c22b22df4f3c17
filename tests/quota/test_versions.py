"""A version published in the middle of it all: what counted, what waits, what is corrected."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from marketplace.ordering import commands as ordering
from marketplace.ordering.queries.on_the_way import waiting_by_unit
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.quota.commands import close_year, publish_draft, publish_rule
from marketplace.quota.queries import list_rules, select_counted
from marketplace.quota.queries.entries import counted_on
from marketplace.reports.queries import unit_year
from marketplace.reports.queries.standings import find_floor
from tests.county import START, floor_rule
from tests.ordering.steps import accepted, completed, lines_of, paid, placed
from tests.quota.test_points import PACK_FEN, newer
from tests.quota.test_year import TODAY


def test_what_passed_the_point_of_a_new_version_before_it_was_published_still_waits(
    session, county
):
    """It is counted when it is complete: until then it is on its way, and stands before a cap."""
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4)))
    publish_draft(
        session, county.operator, newer(session, county, recognition_point="PLACED").id, START
    )
    (year,) = unit_year(session, county.unit_id, 2026, TODAY).rules
    assert (year.counted_fen, year.waiting_fen) == (0, 4 * PACK_FEN)
    (row,) = unit_year(session, county.unit_id, 2026, TODAY).waiting
    assert row.order_id == order.id
    floor = find_floor(session, 2026, "420304000000")
    assert floor is not None
    assert waiting_by_unit(session, floor, "420304") == {county.unit_id: 4 * PACK_FEN}
    accepted(session, county, order)
    paid(session, county, purchase)
    (year,) = unit_year(session, county.unit_id, 2026, TODAY).rules
    assert (year.counted_fen, year.waiting_fen) == (4 * PACK_FEN, 0)


def test_an_adjustment_of_january_counts_in_a_year_whose_rule_is_published_later(session, county):
    """A year is closed before the next one has a rule: what is given back meanwhile stands under
    the old version, and the new one inherits it."""
    rule = replace(floor_rule(2026), code="school-meals")
    publish_rule(session, rule, START)
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 3)))
    january = START + timedelta(days=45)
    close_year(session, 2026, january)
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, 1),), None, "发霉", "QUALITY")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, january)
    ordering.approve_refund(session, county.clerk, refund.id, january)
    publish_rule(session, replace(rule, year=2027), january)
    today, new = january.date(), next(r for r in list_rules(session, 2027) if r.code == rule.code)
    for on in (None, today):
        year = unit_year(session, county.unit_id, 2027, today, on)
        assert {one.counted_fen for one in year.rules} == {-PACK_FEN}
    on_that_day = counted_on(session, new.id, 2027, today)
    assert on_that_day[county.unit_id] == -PACK_FEN
    kept = select_counted(new.id, 2027)
    assert session.execute(select(kept.c.counted_fen)).scalars().all() == [-PACK_FEN]
