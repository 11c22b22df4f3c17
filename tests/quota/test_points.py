"""Rules that count when an order is placed, paid or accepted; and versions of a rule."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import InvalidInput, NotFound
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order
from marketplace.ordering.queries.counting import counting_of
from marketplace.ordering.rules import LineVerdict, RefundedLine, RefundWish
from marketplace.quota.commands import (
    RuleText,
    change_rule,
    discard_rule,
    draft_rule,
    publish_draft,
    publish_rule,
)
from marketplace.quota.models import QuotaEntry, QuotaRule
from marketplace.quota.rules.texts import PublishedAlready
from marketplace.reports.queries import StandingsWish, list_standings, reconcile, roll_up, unit_year
from marketplace.reports.rules import EVERY_UNIT
from tests.county import START, County, floor_rule
from tests.ordering.steps import accepted, completed, delivered, lines_of, paid, placed
from tests.quota.test_year import TODAY

PACK_FEN = 6_403


def rule_at(session: Session, point: str) -> None:
    text = RuleText(
        code=f"at-{point.lower()}",
        year=2026,
        name=point,
        basis="PER_HEAD_FLOOR",
        area="420304",
        funds=("UNION",),
        legal_reference="试",
        amount_fen=10_000,
        recognition_point=point,
    )
    publish_rule(session, text, START)


def counted(session: Session, county: County) -> dict[str, int]:
    year = unit_year(session, county.unit_id, 2026, TODAY)
    return {rule.name: rule.counted_fen for rule in year.rules}


def waiting(session: Session, county: County) -> dict[str, int]:
    year = unit_year(session, county.unit_id, 2026, TODAY)
    return {rule.name: rule.waiting_fen for rule in year.rules}


def test_each_rule_counts_at_its_own_point_and_never_twice(session, county):
    for point in ("PLACED", "PAID", "ACCEPTED"):
        rule_at(session, point)
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4)))
    none = {"PLACED": 0, "PAID": 0, "ACCEPTED": 0, "人均 500 元": 0}
    assert counted(session, county) == none | {"PLACED": 4 * PACK_FEN}
    assert waiting(session, county) == dict.fromkeys(none, 4 * PACK_FEN) | {"PLACED": 0}
    assert reconcile(session) == []
    accepted(session, county, order)
    both = {"PLACED": 4 * PACK_FEN, "ACCEPTED": 4 * PACK_FEN}
    assert counted(session, county) == none | both
    assert reconcile(session) == []
    paid(session, county, purchase)
    assert counted(session, county) == dict.fromkeys(none, 4 * PACK_FEN)
    assert waiting(session, county) == dict.fromkeys(none, 0)
    assert reconcile(session) == []


def test_what_is_paid_first_counts_when_it_is_paid(session, county):
    rule_at(session, "PAID")
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4), terms="PREPAY"))
    ordering.confirm(session, county.clerk, order.id, None, START)
    paid(session, county, purchase)
    assert counted(session, county) == {"PAID": 4 * PACK_FEN, "人均 500 元": 0}


def test_short_and_rejected_lines_stop_counting_at_acceptance(session, county):
    rule_at(session, "PLACED")
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4)))
    delivered(session, county, order)
    (line,) = lines_of(session, order.id)
    verdict = LineVerdict(line.id, accepted=3, rejected=1, reason="一袋受潮")
    ordering.accept(session, county.approver, order.id, [verdict], START)
    assert counted(session, county)["PLACED"] == 3 * PACK_FEN
    assert reconcile(session) == []


def test_an_order_that_leaves_the_road_stops_counting(session, county):
    rule_at(session, "PLACED")
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4)))
    ordering.decline(session, county.clerk, order.id, "没有货了", START)
    assert counted(session, county)["PLACED"] == 0
    kinds = session.scalars(select(QuotaEntry.kind).order_by(QuotaEntry.id)).all()
    assert kinds == ["SALE", "REFUND"]
    assert reconcile(session) == []


def test_a_refund_before_completion_stops_counting_once(session, county):
    rule_at(session, "ACCEPTED")
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4)))
    accepted(session, county, order)
    (line,) = lines_of(session, order.id)
    wish = RefundWish(lines=(RefundedLine(line.id, 1),), reason="坏了一袋", ground="QUALITY")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    assert counted(session, county) == {"ACCEPTED": 3 * PACK_FEN, "人均 500 元": 0}
    paid(session, county, purchase)
    assert counted(session, county) == {"ACCEPTED": 3 * PACK_FEN, "人均 500 元": 3 * PACK_FEN}
    assert reconcile(session) == []


def test_an_order_that_counts_too_early_would_be_noticed(session, county):
    rule_at(session, "ACCEPTED")
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4)))
    accepted(session, county, order)
    order.state = "RECEIVED"
    session.flush()
    assert "quota.order" in {broken.check for broken in reconcile(session)}


def newer(session: Session, county: County, **changes: object) -> QuotaRule:
    text = replace(floor_rule(2026), **changes)  # type: ignore[arg-type]
    return draft_rule(session, county.operator, text, START)


def test_a_new_version_keeps_what_counted_by_the_old_one(session, county):
    completed(session, county, county.wish((county.mushrooms, 4)))
    draft = newer(session, county, amount_fen=60_000, funds=("CANTEEN",))
    assert draft.version == 2
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].target_fen == 5_000_000
    publish_draft(session, county.operator, draft.id, START)
    (rule,) = unit_year(session, county.unit_id, 2026, TODAY).rules
    assert (rule.target_fen, rule.counted_fen) == (6_000_000, 4 * PACK_FEN)
    # Union money bought from now on does not count by the new version.
    completed(session, county, county.wish((county.mushrooms, 1)))
    assert counted(session, county) == {"人均 500 元": 4 * PACK_FEN}
    wish = StandingsWish(2026, "420304", below=county.unit_id)
    assert roll_up(session, wish, TODAY).counted_fen == 4 * PACK_FEN
    units = list_standings(session, StandingsWish(2026, "420304"), EVERY_UNIT, TODAY).items
    assert {unit.unit_id: unit.counted_fen for unit in units}[county.unit_id] == 4 * PACK_FEN
    assert reconcile(session) == []


def test_a_refund_after_a_new_version_takes_back_what_the_old_one_counted(session, county):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 4)))
    draft = newer(session, county, amount_fen=60_000)
    publish_draft(session, county.operator, draft.id, START)
    (line,) = lines_of(session, order.id)
    wish = RefundWish(lines=(RefundedLine(line.id, 4),), reason="坏了", ground="QUALITY")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    assert counted(session, county) == {"人均 500 元": 0}
    assert reconcile(session) == []


def test_a_line_counts_by_one_version_only(session, county):
    rule_at(session, "PLACED")
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 4)))
    text = RuleText(
        code="at-placed",
        year=2026,
        name="验收才算",
        basis="PER_HEAD_FLOOR",
        area="420304",
        funds=("UNION",),
        legal_reference="试",
        amount_fen=10_000,
        recognition_point="ACCEPTED",
    )
    publish_draft(
        session, county.operator, draft_rule(session, county.operator, text, START).id, START
    )
    # What the first version counted is not expected of the second once more.
    assert counted(session, county)["验收才算"] == 4 * PACK_FEN
    assert waiting(session, county)["验收才算"] == 0
    accepted(session, county, order)
    assert counted(session, county)["验收才算"] == 4 * PACK_FEN
    assert reconcile(session) == []


def test_a_published_version_never_changes(session, county):
    draft = newer(session, county)
    change_rule(session, county.operator, draft.id, replace(floor_rule(2026), name="试"), START)
    publish_draft(session, county.operator, draft.id, START)
    publish_draft(session, county.operator, draft.id, START + timedelta(days=1))
    assert draft.published_at == START
    with pytest.raises(PublishedAlready):
        change_rule(session, county.operator, draft.id, floor_rule(2026), START)
    with pytest.raises(PublishedAlready):
        discard_rule(session, county.operator, draft.id, START)
    session.commit()
    draft.amount_fen += 1
    with pytest.raises(Exception, match="never changes"):
        session.flush()
    session.rollback()


def test_a_draft_is_thrown_away_and_was_never_in_force(session, county):
    draft = newer(session, county, amount_fen=1)
    discard_rule(session, county.operator, draft.id, START)
    assert session.get(QuotaRule, draft.id) is None
    with pytest.raises(NotFound):
        publish_draft(session, county.operator, 999, START)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount"),
        ({"basis": "CANTEEN_RATIO", "ratio_ppm": 1_000_001}, "ratio"),
        ({"funds": ()}, "funds"),
        ({"area": "42030"}, "area"),
        ({"origin_prefixes": ("42x",)}, "origins"),
    ],
)
def test_a_rule_without_sense_is_refused_by_field(session, county, changes, field):
    with pytest.raises(InvalidInput) as refused:
        newer(session, county, **changes)
    assert [error.field for error in refused.value.errors] == [field]


def test_a_unit_s_year_is_rebuilt_for_an_earlier_day(session, county):
    completed(session, county, county.wish((county.mushrooms, 4)))
    later = START + timedelta(days=3)
    completed(session, county, county.wish((county.mushrooms, 1)), now=later)
    today = TODAY + timedelta(days=3)
    earlier = unit_year(session, county.unit_id, 2026, today, on=TODAY)
    assert earlier.rules[0].counted_fen == 4 * PACK_FEN
    assert unit_year(session, county.unit_id, 2026, today).rules[0].counted_fen == 5 * PACK_FEN


def test_every_line_is_explained_under_every_rule(session, county):
    rule_at(session, "PLACED")
    wish = county.wish((county.mushrooms, 2), (county.oil, 1))
    _purchase, (order,) = placed(session, county, wish)
    words = counting_of(session, get_order(session, county.buyer, order.id), TODAY).rules
    said = {
        word.recognition_point: [(line.counted_fen, line.missing) for line in word.lines]
        for word in words
    }
    uncertified = (0, ("not_certified",))
    assert said == {
        "PLACED": [(2 * PACK_FEN, ()), uncertified],
        "COMPLETED": [(0, ("confirmation", "payment")), uncertified],
    }
