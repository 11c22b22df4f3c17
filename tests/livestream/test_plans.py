"""What producers pay by livestream: plans that do not clash, and which one holds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.livestream.commands.plans import end_plan, offer_plan
from marketplace.livestream.queries.plans import best_plans, list_choices
from marketplace.livestream.rules.plans import Plan, PlanOverlaps, PlanWish, best_of, find_overlap
from tests.county import START
from tests.livestream.planning import NEXT_MONTH, OPEN, TODAY, offered
from tests.livestream.sessions import a_host
from tests.races.crowd import all_at_once

MINE, OTHERS = 7, 8


def plan(kind: str, product: int | None = 1, host: int | None = None, **changes) -> Plan:
    made = Plan(kind, product, host, 100_000, TODAY, NEXT_MONTH, id=changes.pop("id", 3))
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (plan("OPEN"), plan("OPEN"), True),
        (plan("OPEN", None), plan("OPEN", None), True),
        (plan("OPEN"), plan("OPEN", 2), False),
        (plan("OPEN"), plan("OPEN", None), False),
        (plan("OPEN"), plan("DIRECTED", 1, MINE), False),
        (plan("DIRECTED", 1, MINE), plan("DIRECTED", 1, MINE), True),
        (plan("DIRECTED", 1, MINE), plan("DIRECTED", 1, OTHERS), False),
        (plan("DIRECTED", 1, MINE), plan("DIRECTED", None, MINE), False),
        (plan("EXCLUSIVE", 1, MINE), plan("OPEN"), True),
        (plan("EXCLUSIVE", 1, MINE), plan("DIRECTED", 1, MINE), True),
        (plan("EXCLUSIVE", 1, MINE), plan("EXCLUSIVE", 1, OTHERS), True),
        (plan("EXCLUSIVE", 1, MINE), plan("EXCLUSIVE", 2, OTHERS), False),
        (plan("EXCLUSIVE", 1, MINE), plan("OPEN", None), False),
        (plan("EXCLUSIVE", 1, MINE), plan("EXCLUSIVE", None, OTHERS), True),
        (plan("EXCLUSIVE", None, MINE), plan("DIRECTED", 1, OTHERS), False),
        (plan("EXCLUSIVE", None, MINE), plan("OPEN", None), True),
        (plan("OPEN"), plan("OPEN", from_on=NEXT_MONTH), True),
        (plan("OPEN"), plan("OPEN", from_on=NEXT_MONTH + timedelta(days=1)), False),
    ],
)
def test_which_plans_stand_side_by_side(first, second, clash):
    until = max(second.until_on, second.from_on)
    second = replace(second, until_on=until)
    assert (find_overlap(first, [second]) is not None) == clash
    assert (find_overlap(second, [first]) is not None) == clash


@pytest.mark.parametrize(
    ("plans", "expected"),
    [
        ([], (None, False)),
        ([plan("OPEN", None, id=1)], (1, False)),
        ([plan("OPEN", None, id=1), plan("OPEN", 1, id=2)], (2, False)),
        ([plan("OPEN", 1, id=1), plan("DIRECTED", 1, MINE, id=2)], (2, False)),
        ([plan("OPEN", 1, id=1), plan("DIRECTED", 1, OTHERS, id=2)], (1, False)),
        ([plan("DIRECTED", 1, OTHERS, id=1), plan("OPEN", None, id=2)], (2, False)),
        ([plan("EXCLUSIVE", 1, MINE, id=1), plan("OPEN", None, id=2)], (1, False)),
        ([plan("EXCLUSIVE", 1, OTHERS, id=1), plan("OPEN", None, id=2)], (None, True)),
        ([plan("EXCLUSIVE", None, OTHERS, id=1)], (None, True)),
        ([plan("EXCLUSIVE", None, OTHERS, id=1), plan("OPEN", 1, id=2)], (2, False)),
        ([plan("OPEN", 2, id=1)], (None, False)),
    ],
)
def test_the_products_own_plan_holds_before_the_one_for_everything(plans, expected):
    best = best_of(plans, 1, MINE)
    assert (best.plan and best.plan.id, best.is_elsewhere) == expected


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate_ppm": 0}, "rate"),
        ({"rate_ppm": -1}, "rate"),
        ({"rate_ppm": 500_001}, "rate"),
        ({"until_on": TODAY - timedelta(days=1)}, "until_on"),
        ({"until_on": TODAY + timedelta(days=366)}, "until_on"),
        ({"host_id": 1}, "host_code"),
        ({"kind": "DIRECTED"}, "host_code"),
        ({"kind": "EXCLUSIVE"}, "host_code"),
        ({"product_id": 999}, "product_id"),
        ({"product_id": 2**63 - 1}, "product_id"),
    ],
)
def test_terms_that_cannot_be_are_named(session, county, changes, field):
    with pytest.raises(InvalidInput) as wrong:
        offered(session, county, **changes)
    assert [error.field for error in wrong.value.errors] == [field]


def test_another_producers_product_is_not_ones_own(session, county):
    with pytest.raises(InvalidInput):
        offered(session, county, product_id=county.noodles.product_id)
    with pytest.raises(NotFound):
        offer_plan(session, county.clerk, county.other_producer_id, OPEN, START)


def test_a_plan_ends_at_once_for_what_is_offered_from_then_on(session, county):
    host_id, _ = a_host(session)
    made = offered(session, county)
    producers = {county.mushrooms.product_id: county.producer_id}

    def best():
        found = best_plans(session, host_id, producers, day_of(START))
        return found[county.mushrooms.product_id].plan

    standing = best()
    assert standing is not None
    assert standing.id == made.id
    end_plan(session, county.clerk, county.producer_id, made.id, START)
    assert best() is None
    ended_at = made.ended_at
    end_plan(session, county.clerk, county.producer_id, made.id, START + timedelta(hours=1))
    assert made.ended_at == ended_at
    assert offered(session, county).id != made.id
    with pytest.raises(NotFound):
        end_plan(session, county.other_clerk, county.producer_id, made.id, START)


def test_a_host_finds_what_has_a_plan_and_learns_what_somebody_else_has_alone(session, county):
    from marketplace.core.paging import PageRequest

    host_id, _ = a_host(session)
    other_id, _ = a_host(session, "AHUA", "ahua@test")
    offered(session, county)
    product_id = county.oil.product_id
    offered(session, county, kind="EXCLUSIVE", product_id=product_id, host_id=other_id)

    def found(host: int, words: str = "", *, with_plan: bool = True):
        page = list_choices(session, (host, TODAY), words, PageRequest.of(1), with_plan=with_plan)
        return {one.name: (one.percent, one.best.is_elsewhere) for one in page.items}

    assert found(host_id) == {"椴木香菇": ("12", False), "散装橄榄油": ("", True)}
    assert found(other_id)["散装橄榄油"] == ("12", False)
    assert found(host_id, "香菇 会沟") == {"椴木香菇": ("12", False)}
    assert found(host_id, "粉条") == {}
    assert found(host_id, "粉条", with_plan=False) == {"红薯粉条": ("", False)}
    assert found(host_id, "50%_") == {}


@pytest.mark.parametrize("kind", ["OPEN", "EXCLUSIVE"])
def test_of_plans_offered_at_once_that_overlap_one_stands(session, engine, county, kind):
    host_id = a_host(session)[0] if kind == "EXCLUSIVE" else None
    session.commit()
    wish = PlanWish(kind, county.mushrooms.product_id, host_id, 100_000, TODAY, NEXT_MONTH)

    def offer(mine, place: int) -> None:
        offer_plan(mine, county.clerk, county.producer_id, wish, START)

    outcomes = all_at_once(engine, 8, offer)
    assert sorted(outcomes) == ["done", *[PlanOverlaps.code] * 7]
