"""Each finder finds what it is about, with its evidence, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from marketplace.accounts.commands import Grant, grant
from marketplace.capacity.commands import confirm_capacity, declare
from marketplace.capacity.rules import DeclaredCapacity
from marketplace.catalogue.commands import change_price
from marketplace.catalogue.models import Product
from marketplace.core.identity import OrganisationKind, Role
from marketplace.entering.models import EntryApplication
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import ApprovalStep
from marketplace.ordering.rules import RefundWish
from marketplace.oversight.rules.flags import Span, first_part, parts_of
from marketplace.oversight.rules.kinds import Kind
from marketplace.producers.commands.workshops import NewWorkshop, add_workshop
from tests.county import CONSIGNEE, HUIGOU, START, goods
from tests.ordering.steps import completed, placed
from tests.oversight.finding import DAY, NOVEMBER, TODAY, found

ONE_DAY = timedelta(days=1)


def placed_on(session, county, day: date, *lines):
    now = START + (day - TODAY)
    _purchase, (order,) = placed(session, county, county.wish(*lines), now)
    return order


def test_days_are_cut_at_months_and_stay_the_same_days():
    parts = list(parts_of(date(2025, 12, 30), date(2026, 2, 2)))
    assert [(one.from_on, one.until_on) for one in parts] == [
        (date(2025, 12, 30), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 2, 1)),
        (date(2026, 2, 1), date(2026, 2, 2)),
    ]
    assert first_part(TODAY, TODAY + ONE_DAY) == DAY
    with pytest.raises(AssertionError):
        Span(TODAY, date(2026, 12, 2))


def test_a_year_bought_in_its_last_days_is_found_when_it_is_over(session, county):
    placed_on(session, county, date(2026, 11, 23), (county.mushrooms, 70))
    late = placed_on(session, county, date(2026, 12, 20), (county.mushrooms, 130))
    december = Span(date(2026, 12, 1), date(2027, 1, 1))
    (flag,) = found(session, Kind.YEAR_END, december)
    assert (flag.key, flag.unit_id) == (f"unit:{county.unit_id}/2026", county.unit_id)
    assert flag.happened_on == date(2026, 12, 31)
    assert flag.figures["late_fen"] == late.goods_fen
    assert flag.figures["year_fen"] == 200 * county.mushrooms.price_fen
    assert flag.figures["part_ppm"] == 650_000
    assert [one.id for one in flag.orders] == [late.id]
    assert found(session, Kind.YEAR_END, december, share_ppm=650_001) == []
    assert found(session, Kind.YEAR_END, Span(date(2026, 12, 1), date(2026, 12, 31))) == []


def test_what_was_called_off_is_part_of_no_year(session, county):
    order = placed_on(session, county, date(2026, 12, 20), (county.mushrooms, 200))
    ordering.decline(session, county.clerk, order.id, "没有货", START + 28 * ONE_DAY)
    assert found(session, Kind.YEAR_END, Span(date(2026, 12, 1), date(2027, 1, 1))) == []


def test_orders_just_under_the_limit_within_days_are_found_however_time_is_cut(session, county):
    first = placed_on(session, county, date(2026, 11, 23), (county.mushrooms, 150))
    second = placed_on(session, county, date(2026, 11, 30), (county.mushrooms, 155))
    placed_on(session, county, date(2026, 12, 9), (county.mushrooms, 150))
    placed_on(session, county, date(2026, 11, 24), (county.mushrooms, 100))
    (flag,) = found(session, Kind.JUST_UNDER, NOVEMBER)
    assert flag.key == f"order:{second.id}"
    assert [one.id for one in flag.orders] == [first.id, second.id]
    assert flag.figures["sum_fen"] == first.goods_fen + second.goods_fen
    assert flag.figures["limit_fen"] == 1_000_000
    assert found(session, Kind.JUST_UNDER, Span(date(2026, 11, 30), date(2026, 12, 1))) == [flag]
    assert found(session, Kind.JUST_UNDER, Span(date(2026, 12, 1), date(2027, 1, 1))) == []
    assert found(session, Kind.JUST_UNDER, NOVEMBER, orders=3) == []
    assert found(session, Kind.JUST_UNDER, NOVEMBER, days=6) == []


def test_a_unit_has_limits_of_its_own(session, county):
    session.add(
        ApprovalStep(
            unit_id=county.unit_id,
            position=1,
            from_fen=70_000,
            fund="UNION",
            approver_id=county.approver.person_id,
        )
    )
    for _ in range(2):
        order = placed_on(session, county, TODAY, (county.mushrooms, 10))
    (flag,) = found(session, Kind.JUST_UNDER)
    assert (flag.key, flag.figures["limit_fen"]) == (f"order:{order.id}", 70_000)
    assert found(session, Kind.JUST_UNDER, margin_ppm=10_000) == []


def test_an_order_that_is_what_was_missing_to_the_fen_is_found(session, county):
    crate = goods(session, county.producer_id, "整箱香菇", 500_000)
    completed(session, county, county.wish((crate, 1)))
    near = placed_on(session, county, TODAY + ONE_DAY, (crate, 8))
    exact = placed_on(session, county, TODAY + ONE_DAY, (crate, 9))
    (flag,) = found(session, Kind.EXACT_GAP, NOVEMBER)
    assert [one.id for one in flag.orders] == [exact.id]
    assert flag.figures["counted_fen"] == 500_000
    assert flag.figures["gap_fen"] == flag.figures["bought_fen"] == exact.goods_fen
    assert flag.people == [county.buyer.person_id]
    both = found(session, Kind.EXACT_GAP, NOVEMBER, within_fen=500_000)
    assert {one.orders[0].id for one in both} == {near.id, exact.id}
    assert found(session, Kind.EXACT_GAP, NOVEMBER, least_fen=4_500_001) == []


def test_a_purchase_of_several_orders_may_be_what_was_missing(session, county):
    crate = goods(session, county.producer_id, "整箱香菇", 500_000)
    other = goods(session, county.other_producer_id, "整箱粉条", 500_000)
    purchase, orders = placed(session, county, county.wish((crate, 6), (other, 4)))
    (flag,) = found(session, Kind.EXACT_GAP)
    assert (flag.key, flag.producer_id) == (f"purchase:{purchase.id}", None)
    assert [one.id for one in flag.orders] == [one.id for one in orders]


def test_what_counted_and_was_refunded_is_found(session, county):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 50)))
    wish = RefundWish((), 200_000, "受潮", "QUALITY")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    (flag,) = found(session, Kind.REFUNDED)
    assert (flag.key, flag.unit_id) == (f"order:{order.id}", county.unit_id)
    assert flag.figures["refunded_fen"] == 200_000
    assert flag.figures["part_ppm"] == 200_000 * 1_000_000 // order.goods_fen
    assert found(session, Kind.REFUNDED, share_ppm=700_000) == []
    assert found(session, Kind.REFUNDED, least_fen=200_001) == []
    assert found(session, Kind.REFUNDED, Span(TODAY + ONE_DAY, TODAY + 2 * ONE_DAY)) == []


def test_a_price_above_the_median_of_its_kind_is_found_once_a_month(session, county):
    dear = goods(session, county.producer_id, "礼盒香菇", 9_000)
    for packs, what in ((1, county.mushrooms), (1, county.mushrooms), (1, county.oil)):
        placed_on(session, county, date(2026, 10, 20), (what, packs))
    first = placed_on(session, county, TODAY, (dear, 40), (county.mushrooms, 40))
    second = placed_on(session, county, TODAY + ONE_DAY, (dear, 30))
    (flag,) = found(session, Kind.OVER_MEDIAN, NOVEMBER, lines=3)
    assert flag.key == f"unit:{county.unit_id}/variant:{dear.variant_id}/2026-11"
    assert (flag.figures["paid_fen"], flag.figures["compared_fen"]) == (9_000, 6_403)
    assert flag.figures["sum_fen"] == 70 * 9_000
    assert [one.id for one in flag.orders] == [first.id, second.id]
    assert found(session, Kind.OVER_MEDIAN, NOVEMBER, lines=4) == []
    assert found(session, Kind.OVER_MEDIAN, NOVEMBER, lines=3, factor_ppm=1_410_000) == []


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle(session, county):
    dear = goods(session, county.producer_id, "礼盒香菇", 20_000)
    for what in (county.mushrooms, county.oil):
        placed_on(session, county, date(2026, 10, 20), (what, 1))
    placed_on(session, county, TODAY, (dear, 40))
    (flag,) = found(session, Kind.OVER_MEDIAN, lines=2)
    assert flag.figures["compared_fen"] == (6_403 + 9_900) // 2


def test_a_price_above_its_own_earlier_one_is_found(session, county):
    placed_on(session, county, TODAY, (county.mushrooms, 40))
    change_price(session, county.mushrooms.variant_id, 7_000, START + ONE_DAY)
    order = placed_on(session, county, TODAY + 2 * ONE_DAY, (county.mushrooms, 40))
    (flag,) = found(session, Kind.OVER_OWN_PRICE, NOVEMBER)
    assert [one.id for one in flag.orders] == [order.id]
    assert (flag.figures["paid_fen"], flag.figures["compared_fen"]) == (7_000, 6_403)
    april = START + timedelta(days=150)
    placed(session, county, county.wish((county.mushrooms, 40)), april)
    assert found(session, Kind.OVER_OWN_PRICE, Span(date(2027, 4, 1), date(2027, 5, 1))) == []


def test_more_than_a_workshop_can_make_is_found_when_it_is_passed(session, county):
    workshop = add_workshop(
        session,
        county.clerk,
        county.producer_id,
        NewWorkshop("香菇车间", HUIGOU, "WAGE", "香菇", 12),
        START,
    )
    session.get_one(Product, county.mushrooms.product_id).workshop_id = workshop.id
    session.flush()
    declared = DeclaredCapacity("YEAR", "PACK", 15)
    told = declare(session, county.clerk, (county.producer_id, workshop.id), declared, START)
    confirm_capacity(session, county.operator, told.id, START)
    for day in (0, 2):
        now = START + day * ONE_DAY
        completed(session, county, county.wish((county.mushrooms, 10)), now)
    assert found(session, Kind.OVER_CAPACITY) == []
    (flag,) = found(session, Kind.OVER_CAPACITY, NOVEMBER)
    assert (flag.key, flag.producer_id) == (f"workshop:{workshop.id}/2026", county.producer_id)
    assert (flag.figures["sold"], flag.figures["capacity"]) == (20, 15)


def grounds(flags):
    return [flag.figures["grounds"] for flag in flags]


def test_buyer_and_producer_with_one_phone_are_found_once_a_year(session, county):
    consignee = replace(CONSIGNEE, phone="0719 7221234")
    wish = replace(county.wish((county.mushrooms, 1)), consignee=consignee)
    placed(session, county, wish)
    placed(session, county, wish)
    placed_on(session, county, TODAY, (county.mushrooms, 2))
    (flag,) = found(session, Kind.SHARED)
    assert flag.key == f"unit:{county.unit_id}/producer:{county.producer_id}/2026"
    assert flag.figures["grounds"] == ["phone"]
    assert flag.figures["orders"] == len(flag.orders) == 2
    assert found(session, Kind.SHARED, digits=12) == []


def test_who_buys_from_where_they_work_is_found(session, county):
    work = Grant(county.buyer.person_id, OrganisationKind.PRODUCER, county.producer_id, Role.CLERK)
    grant(session, work, START, actor_id=None)
    placed_on(session, county, TODAY, (county.mushrooms, 1))
    placed_on(session, county, TODAY, (county.noodles, 1))
    assert grounds(found(session, Kind.SHARED)) == [["person"]]


def test_a_legal_person_called_like_the_consignee_is_found_where_names_count(session, county):
    facts = {
        "applicant_id": county.clerk.person_id,
        "turn": 1,
        "state": "ENTERED",
        "prechecked_by": county.operator.person_id,
        "recommended_by": county.cashier.person_id,
        "decided_by": county.auditor.person_id,
        "notice_from": TODAY,
        "notice_until": TODAY,
        "legal_name": CONSIGNEE.name,
        "written_at": START,
        "producer_id": county.producer_id,
    }
    session.execute(insert(EntryApplication).values(facts))
    placed_on(session, county, TODAY, (county.mushrooms, 1))
    assert grounds(found(session, Kind.SHARED)) == [["legal_name"]]
    assert found(session, Kind.SHARED, names=0) == []


def test_nothing_is_found_where_nothing_is(session, county):
    completed(session, county, county.wish((county.noodles, 3)))
    assert [kind for kind in Kind if found(session, kind, NOVEMBER)] == []
