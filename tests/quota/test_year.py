"""The year of a unit: boundaries, headcounts, what waits and why."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import withdraw_certificate
from marketplace.core.paging import PageRequest
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.quota.models import QuotaEntry
from marketplace.quota.rules import days_left, projected_fen, share_of_base
from marketplace.reports.queries import list_quota_entries, unit_year
from marketplace.units.commands import HeadcountChange, revise_headcount
from tests.county import START, County
from tests.ordering.steps import accepted, completed, delivered, paid, placed

TODAY = date(2026, 11, 23)


def test_case_1_the_year_is_that_of_the_recognition_in_china(
    session: Session, county: County
) -> None:
    december = datetime(2026, 12, 20, 4, tzinfo=UTC)
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)), december)
    accepted(session, county, order, december)
    paid(session, county, purchase, datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    entry = session.scalars(select(QuotaEntry)).one()
    assert (entry.year, entry.counted_on) == (2027, date(2027, 1, 1))
    rows = list_quota_entries(session, county.unit_id, 2027, PageRequest()).items
    assert [row.is_cross_year for row in rows] == [True]


def test_case_2_what_misses_one_condition_waits_and_says_for_what(
    session: Session, county: County
) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    year = unit_year(session, county.unit_id, 2026, TODAY)
    assert [(row.order_id, row.missing) for row in year.waiting] == [(order.id, ("payment",))]
    assert (year.rules[0].counted_fen, year.rules[0].waiting_fen) == (0, 2 * 6_403)


def test_each_step_names_what_comes_next(session: Session, county: County) -> None:
    wish = county.wish((county.mushrooms, 2))
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)

    def missing() -> tuple[str, ...]:
        return unit_year(session, county.unit_id, 2026, TODAY).waiting[0].missing

    assert missing() == ("approval",)
    ordering.approve(session, county.approver, purchase.id, START)
    assert missing() == ("confirmation", "payment")
    (row,) = unit_year(session, county.unit_id, 2026, TODAY).waiting
    delivered(session, county, session.get_one(Order, row.order_id))
    assert missing() == ("acceptance", "payment")


def test_case_6_uncertified_goods_say_so_before_they_arrive(
    session: Session, county: County
) -> None:
    placed(session, county, county.wish((county.oil, 2)))
    (row,) = unit_year(session, county.unit_id, 2026, TODAY).waiting
    assert (row.amount_fen, row.missing) == (0, ("confirmation", "payment", "not_certified"))


def test_case_7_the_certificate_on_the_day_of_ordering_holds(
    session: Session, county: County
) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    later = START + timedelta(days=8)
    withdraw_certificate(session, f"鄂扶 {county.mushrooms.product_id}", later)
    accepted(session, county, order, later)
    paid(session, county, purchase, later)
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen == 12_806
    second, (after,) = placed(session, county, county.wish((county.mushrooms, 1)), later)
    accepted(session, county, after, later)
    paid(session, county, second, later)
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen == 12_806


def test_case_8_only_a_revision_moves_the_target_from_its_day_on(
    session: Session, county: County
) -> None:
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].target_fen == 5_000_000
    change = HeadcountChange(110, date(2026, 6, 1), "机构调整")
    revise_headcount(session, county.cashier, county.unit_id, change, now=START)
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].target_fen == 5_500_000
    assert unit_year(session, county.unit_id, 2026, date(2026, 5, 31)).headcount == 100


def test_case_17_freight_does_not_count(session: Session, county: County) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    ordering.confirm(session, county.clerk, order.id, 1_500, START)
    assert order.payable_fen == 2 * 6_403 + 1_500
    accepted(session, county, order)
    paid(session, county, _purchase)
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen == 2 * 6_403


def test_case_19_individual_purchases_do_not_count_for_a_unit(
    session: Session, county: County
) -> None:
    completed(session, county, county.wish((county.mushrooms, 2)))
    before = unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen
    wish = county.private_wish((county.mushrooms, 2))
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen == before


def test_a_target_of_nothing_has_no_rate(session: Session, county: County) -> None:
    change = HeadcountChange(0, date(2026, 1, 1), "撤并")
    revise_headcount(session, county.cashier, county.unit_id, change, now=START)
    standing = unit_year(session, county.unit_id, 2026, TODAY).rules[0]
    assert (standing.target_fen, standing.rate_ppm, standing.gap_fen) == (0, None, 0)


def test_days_and_projection_follow_the_calendar() -> None:
    assert days_left(2026, TODAY) == 38
    assert days_left(2026, date(2027, 1, 1)) == 0
    assert projected_fen(1000, 0, 2026, date(2026, 7, 2)) == 1000 * 365 // 183
    assert projected_fen(1000, 5000, 2026, date(2026, 7, 2)) == 6000
    assert share_of_base(101, 100_000) == 11
