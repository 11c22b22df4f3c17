"""What staff buy for themselves counts for their unit: where a rule lists it and they wish it."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, end_membership
from marketplace.attribution.queries import total_of
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Role
from marketplace.core.paging import PageRequest
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order
from marketplace.ordering.queries.individual import counting_units
from marketplace.ordering.rules import RefundWish
from marketplace.producers.models import Producer
from marketplace.quota.commands import publish_rule
from marketplace.quota.models import QuotaEntry
from marketplace.reports.queries import counting_of, list_quota_entries, reconcile, unit_year
from marketplace.units.commands import Change, Merger, merge_units
from tests.county import START, County, floor_rule, person
from tests.ordering.steps import accepted, orders_of, paid
from tests.units.test_changes import TODAY

PAGE = PageRequest(1, 24)


@pytest.fixture
def county(session: Session, county: County) -> County:
    """A county whose rule counts what individuals buy."""
    funds = ("CANTEEN", "UNION", "OTHER", "INDIVIDUAL")
    publish_rule(session, replace(floor_rule(2026), version=2, funds=funds), START)
    session.commit()
    return county


@pytest.fixture
def staff(session, county):
    return person(session, "staff@test", ("UNIT", county.unit_id, Role.STAFF))


def wish(county, unit_id, packs=2):
    return replace(county.private_wish((county.mushrooms, packs)), counts_for_unit_id=unit_id)


def begun(session, county, who, unit_id, packs=2):
    purchase = ordering.draft_purchase(session, who, wish(county, unit_id, packs), START)
    return ordering.submit(session, who, purchase.id, START)


def bought(session, county, who, unit_id, packs=2):
    """Bought by somebody for themselves, all the way."""
    purchase = begun(session, county, who, unit_id, packs)
    party = replace(county, buyer=who, approver=who)
    (order,) = orders_of(session, purchase.id)
    paid(session, party, purchase)
    accepted(session, party, order)
    assert order.state == "COMPLETED"
    return purchase, order


def counted(session, county):
    return unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen


def test_case_19_it_counts_where_the_rule_lists_it_and_the_buyer_opted_in(session, county, staff):
    bought(session, county, staff, None)
    assert counted(session, county) == 0
    _purchase, order = bought(session, county, staff, county.unit_id)
    assert counted(session, county) == 12_806
    view = get_order(session, staff, order.id)
    assert counting_of(session, view, TODAY).counted_fen == 12_806
    # It counts, but the unit has not bought it.
    assert total_of(session, "unit", str(county.unit_id)).amount_fen == 0
    assert reconcile(session) == []


def test_case_19_only_for_a_unit_one_belongs_to_and_whose_rule_lists_it(session, county, staff):
    for who, unit_id in (
        (staff, county.other_unit_id),
        (county.shopper, county.unit_id),
        (county.stranger, county.unit_id),
        (staff, 999),
    ):
        with pytest.raises(InvalidInput) as refused:
            ordering.draft_purchase(session, who, wish(county, unit_id), START)
        assert [error.field for error in refused.value.errors] == ["counts_for"]
    plain = replace(floor_rule(2026), version=3)
    publish_rule(session, plain, START)
    assert counting_units(session, staff, TODAY) == {}
    with pytest.raises(InvalidInput):
        ordering.draft_purchase(session, staff, wish(county, county.unit_id), START)


def test_case_19_a_units_own_purchase_names_no_second_unit(session, county):
    both = replace(county.wish((county.mushrooms, 1)), counts_for_unit_id=county.unit_id)
    with pytest.raises(InvalidInput):
        ordering.draft_purchase(session, county.buyer, both, START)


def test_case_19_it_is_checked_again_when_it_completes(session, county, staff):
    purchase = begun(session, county, staff, county.unit_id)
    held = Grant(staff.person_id, "UNIT", county.unit_id, Role.STAFF)
    end_membership(session, held, START, actor_id=None)
    party = replace(county, buyer=staff, approver=staff)
    paid(session, party, purchase)
    accepted(session, party, orders_of(session, purchase.id)[0])
    assert counted(session, county) == 0
    assert reconcile(session) == []


def test_case_19_for_a_unit_that_has_ended_it_does_not_count(session, county, staff):
    purchase = begun(session, county, staff, county.unit_id)
    merger = Merger((county.unit_id, county.other_unit_id), 109, county.other_unit_id)
    change = Change(TODAY.replace(month=7, day=1), "合并")
    merge_units(session, county.operator, merger, change, now=START)
    party = replace(county, buyer=staff, approver=staff)
    paid(session, party, purchase)
    accepted(session, party, orders_of(session, purchase.id)[0])
    assert counted(session, county) == 0


def test_case_19_a_refund_takes_it_back(session, county, staff):
    _purchase, order = bought(session, county, staff, county.unit_id)
    asked = ordering.request_refund(
        session, staff, order.id, RefundWish(amount_fen=806, reason="碎", ground="QUALITY"), START
    )
    ordering.approve_refund(session, county.clerk, asked.id, START)
    assert counted(session, county) == 12_000
    assert reconcile(session) == []


def test_case_19_the_buyer_thinks_better_of_it_by_entries_once(session, county, staff):
    purchase, order = bought(session, county, staff, county.unit_id)
    for nobody in (county.buyer, county.shopper):
        with pytest.raises(NotFound):
            ordering.withdraw_counting(session, nobody, purchase.id, START)
    with pytest.raises(Forbidden):
        ordering.withdraw_counting(session, county.operator, purchase.id, START)
    for _ in range(2):
        ordering.withdraw_counting(session, staff, purchase.id, START)
    assert counted(session, county) == 0
    amounts = session.scalars(select(QuotaEntry.amount_fen).order_by(QuotaEntry.id)).all()
    assert amounts == [12_806, -12_806]
    # A later refund finds nothing to take back here.
    asked = ordering.request_refund(
        session, staff, order.id, RefundWish(amount_fen=806, reason="碎", ground="QUALITY"), START
    )
    ordering.approve_refund(session, county.clerk, asked.id, START)
    assert counted(session, county) == 0
    assert reconcile(session) == []


def test_case_19_taken_back_on_its_way_it_never_counts(session, county, staff):
    purchase = begun(session, county, staff, county.unit_id)
    ordering.withdraw_counting(session, staff, purchase.id, START)
    party = replace(county, buyer=staff, approver=staff)
    paid(session, party, purchase)
    accepted(session, party, orders_of(session, purchase.id)[0])
    assert session.scalar(select(func.count()).select_from(QuotaEntry)) == 0


def test_case_19_the_office_sees_an_amount_and_not_who(session, county, staff):
    _purchase, order = bought(session, county, staff, county.unit_id)
    (row,) = list_quota_entries(session, county.unit_id, 2026, PAGE).items
    assert (row.is_private, row.order_id, row.number) == (True, None, "")
    assert (row.amount_fen, row.fund) == (12_806, "INDIVIDUAL")
    for office in (county.buyer, county.finance, county.approver):
        with pytest.raises(NotFound):
            get_order(session, office, order.id)


def test_case_17_freight_that_counts_is_taken_out_with_the_goods(session, county, staff):
    funds = ("CANTEEN", "UNION", "OTHER", "INDIVIDUAL")
    text = replace(floor_rule(2026), version=3, funds=funds, freight_counts=True)
    publish_rule(session, text, START)
    session.get_one(Producer, county.producer_id).freight_fen = 800
    session.flush()
    purchase, _order = bought(session, county, staff, county.unit_id)
    assert counted(session, county) == 12_806 + 800
    for _ in range(2):
        ordering.withdraw_counting(session, staff, purchase.id, START)
    assert counted(session, county) == 0
    assert reconcile(session) == []
