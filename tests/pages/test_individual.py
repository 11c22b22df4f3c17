"""The tick at the checkout, and what it shows to whom."""

from dataclasses import replace

import pytest

from marketplace.core.identity import Role
from marketplace.quota.commands import publish_rule
from tests.county import START, floor_rule, person
from tests.pages.conftest import checkout

TICK = "计入我单位的采购任务"


@pytest.fixture
def staff(session, county):
    who = person(session, "staff@test", ("UNIT", county.unit_id, Role.STAFF))
    session.commit()
    return who


@pytest.fixture
def listed(session, county):
    """The rule of the year lists individuals."""
    funds = ("CANTEEN", "UNION", "OTHER", "INDIVIDUAL")
    publish_rule(session, replace(floor_rule(2026), version=2, funds=funds), START)
    session.commit()


def form(county, **changes):
    wanted = (county.mushrooms, 1)
    return checkout(county, 6_403, wanted, unit="personal", **changes)


def test_case_19_the_tick_is_there_only_where_a_rule_lists_individuals(road, county, staff):
    assert TICK not in road.fill(staff, (county.mushrooms, 1)).see("/checkout")


def test_case_19_ticked_it_is_told_to_the_buyer_and_taken_back(road, county, staff, listed):
    visitor = road.fill(staff, (county.mushrooms, 1))
    assert TICK in visitor.see("/checkout")
    place = visitor.send("/checkout", **form(county, counts_for=str(county.unit_id))).location
    assert "不再计入" in visitor.see(place)
    visitor.send(f"{place}/withdraw-counting")
    assert "已撤回" in visitor.see(place)
    road.visit(county.buyer).send(f"{place}/withdraw-counting", 404)
    assert "不再计入" not in road.visit(county.operator).see(place)


@pytest.mark.parametrize("typed", ["2", "99", "x", "１", "-1"])
def test_case_19_another_unit_is_refused_and_the_form_stays(road, county, staff, listed, typed):
    visitor = road.fill(staff, (county.mushrooms, 1))
    answer = visitor.send("/checkout", 422, **form(county, counts_for=typed)).text
    assert "请从给出的选项中选择" in answer
    assert TICK in answer


def test_a_unit_purchase_ignores_the_tick(road, county, listed):
    purchase_id = road.submit((county.mushrooms, 1), counts_for=str(county.unit_id))
    assert "不再计入" not in road.visit(county.buyer).see(f"/purchases/{purchase_id}")
