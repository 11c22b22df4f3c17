"""A unit's plan from the real shelf: what counts, what keeps, what it knows and lacks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.catalogue.commands import add_variant, receive_batch
from marketplace.catalogue.models import Variant
from marketplace.catalogue.rules import NewVariant, OriginShare, ReceivedBatch
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.planner.queries import plan
from marketplace.planner.rules.explanation import EXPIRING, MET, NO_TARGET, NOT_ENOUGH, OTHER_YEAR
from marketplace.planner.rules.shapes import Strategy
from tests.county import HUIGOU, START
from tests.ordering.steps import completed, lines_of, placed

TODAY = date(2026, 11, 23)


def made(session, county, strategy=Strategy.FEWEST_PARCELS, today=TODAY, year=2026):
    return plan(session, county.unit_id, year, strategy, today)


def products_of(found):
    return {line.product_name for group in found.basket.groups for line in group.lines}


@pytest.mark.parametrize("strategy", Strategy)
def test_a_plan_closes_the_gap_with_certified_goods(session, county, strategy):
    found = made(session, county, strategy)
    assert found.missing_fen == 5_000_000
    assert found.basket.countable_fen == found.basket.goods_fen >= found.missing_fen
    assert found.basket.goods_fen - found.missing_fen == found.proposal.excess_fen < 6_403
    assert "散装橄榄油" not in products_of(found)
    assert {place.name for place in found.villages} <= {"会沟村", "云彩山村"}


def test_what_is_on_its_way_is_not_planned_again(session, county):
    placed(session, county, county.wish((county.mushrooms, 100)))
    assert made(session, county).missing_fen == 5_000_000 - 640_300


def test_a_unit_that_is_there_needs_no_plan(session, county):
    completed(session, county, county.wish((county.mushrooms, 800)))
    found = made(session, county)
    assert (found.proposal, found.explanation.message) == (None, MET)


def test_a_year_that_is_over_or_without_target_has_no_plan(session, county):
    assert made(session, county, year=2025).explanation.message == OTHER_YEAR
    later = date(2029, 1, 5)
    assert made(session, county, today=later, year=2029).explanation.message == NO_TARGET


def test_goods_that_do_not_keep_are_not_planned(session, county):
    """All batches of the county expire 365 days after 1 November 2026."""
    variant = session.get(Variant, county.noodles.variant_id)
    ending = ReceivedBatch(
        variant.id, "SHORT", date(2026, 11, 1), 40, 10_000, (OriginShare(HUIGOU, 1_000_000),)
    )
    receive_batch(session, ending, START)
    found = made(session, county, Strategy.MOST_VILLAGES)
    noodles = [
        line.quantity
        for group in found.basket.groups
        for line in group.lines
        if line.product_name == "红薯粉条"
    ]
    assert all(quantity <= 1_000 for quantity in noodles)


@pytest.mark.parametrize("strategy", [Strategy.FEWEST_PARCELS, Strategy.CHEAPEST])
def test_of_equals_what_expires_soon_but_keeps_long_enough_is_planned(session, county, strategy):
    origin = (OriginShare(HUIGOU, 1_000_000),)
    for pack, life in ((county.noodles, 60), (county.mushrooms, 40)):
        session.get(Variant, pack.variant_id).price_fen = 5_000
        code = f"SOON-{life}"
        soon = ReceivedBatch(pack.variant_id, code, date(2026, 11, 1), life, 900, origin)
        receive_batch(session, soon, START)
    found = made(session, county, strategy)
    assert "红薯粉条" in products_of(found)
    assert found.explanation.also == EXPIRING
    assert found.explanation.params["expiring"] == 1
    assert found.explanation.params["keeps"] == 30


def test_where_nothing_expires_soon_the_plan_says_nothing_of_it(session, county):
    assert made(session, county).explanation.also == ""


def test_whole_cartons_and_minimum_quantities_are_kept(session, county):
    bulk = add_variant(
        session, county.noodles.product_id, NewVariant("整箱", 1_500, 500, 15, 12), START
    )
    for pack in (county.mushrooms, county.noodles):
        session.get(Variant, pack.variant_id).is_on_sale = False
    origin = (OriginShare(HUIGOU, 1_000_000),)
    receive_batch(
        session, ReceivedBatch(bulk.id, "BULK", date(2026, 11, 1), 365, 9_000, origin), START
    )
    found = made(session, county)
    (line,) = [line for group in found.basket.groups for line in group.lines]
    assert line.quantity % 12 == 0
    assert line.quantity >= 24
    assert found.proposal.excess_fen < 12 * 1_500


def test_what_was_complained_about_is_not_proposed_and_what_was_kept_is_told(session, county):
    _purchase, orders = completed(
        session, county, county.wish((county.mushrooms, 1), (county.noodles, 1))
    )
    (line,) = lines_of(session, orders[0].id)
    refund = ordering.request_refund(
        session,
        county.buyer,
        orders[0].id,
        RefundWish((RefundedLine(line.id, 1),), reason="有霉味"),
        START,
    )
    ordering.approve_refund(session, county.clerk, refund.id, START)
    found = made(session, county)
    assert products_of(found) == set()
    assert found.explanation.message == NOT_ENOUGH
    session.get(Variant, county.noodles.variant_id).price_fen = 9_999
    found = made(session, county)
    assert products_of(found) == {"红薯粉条"}
    assert found.explanation.params["liked"] == 1


def test_the_plan_of_another_day_is_of_that_day(session, county):
    start = datetime(2026, 1, 2, tzinfo=UTC)
    found = made(session, county, today=start.date() + timedelta(days=1))
    assert found.missing_fen == 5_000_000
