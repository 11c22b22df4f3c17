"""A producer's workshops: added and corrected by its clerks, seen by the centre and everybody."""

import pytest

from tests.county import HUIGOU, YUNCAI

NEW = {
    "name": "会沟菌棒车间",
    "village_code": f"{HUIGOU} 白浪镇会沟村",
    "trade": "菌棒",
    "workers": "24",
    "benefit_kind": "WAGE",
}


@pytest.fixture
def clerk(road, county):
    return road.visit(county.clerk)


@pytest.fixture
def page(county):
    return f"/producer/{county.producer_id}/workshops"


def test_a_workshop_is_added_chosen_and_shown_to_everybody(road, county, clerk, page):
    anyone, shop = road.visit(None), f"/producers/{county.producer_id}"
    assert "会沟菌棒车间" not in anyone.see(shop)
    assert "还没有登记车间" in clerk.see(page)
    clerk.send(page, **NEW)
    assert "会沟菌棒车间" in clerk.see(page)
    assert "会沟菌棒车间" in clerk.see(f"/producer/{county.producer_id}/products/new")
    assert "会沟菌棒车间" in clerk.see(f"/producer/{county.producer_id}/capacity")
    assert "会沟菌棒车间" in anyone.see(shop)


def test_what_is_said_is_corrected_and_the_village_stays(road, county, clerk, page):
    clerk.send(page, **NEW)
    changed = {**NEW, "name": "会沟一车间", "workers": "30", "village_code": YUNCAI}
    clerk.send(f"{page}/1", **changed)
    shown = road.visit(None).see(f"/producers/{county.producer_id}")
    assert "会沟一车间" in shown
    assert "30 人就业" in shown
    listed = clerk.see(page)
    assert "会沟一车间" in listed
    assert f'href="/villages/{HUIGOU}"' in listed
    assert f'href="/villages/{YUNCAI}"' not in listed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"name": "车\x00间"}, "name"),
        ({"village_code": "没有的村"}, "village_code"),
        ({"village_code": ""}, "village_code"),
        ({"village_code": "420304999999"}, "village_code"),
        ({"trade": ""}, "trade"),
        ({"workers": ""}, "workers"),
        ({"workers": "1.5"}, "workers"),
        ({"workers": "100001"}, "workers"),
        ({"benefit_kind": "GIFT"}, "benefit_kind"),
    ],
)
def test_what_cannot_be_is_named_and_what_was_typed_stays(clerk, page, changes, field):
    answer = clerk.send(page, 422, **{**NEW, **changes}).text
    assert f'id="{field}-error"' in answer
    assert ("会沟菌棒车间" if field != "name" else "白浪镇会沟村") in answer
    assert "还没有登记车间" in clerk.see(page)


def test_a_correction_that_cannot_be_is_named(clerk, page):
    clerk.send(page, **NEW)
    clerk.send(page, **{**NEW, "name": "第二车间"})
    assert 'id="name-error"' in clerk.send(page, 422, **NEW).text
    answer = clerk.send(f"{page}/2", 422, **NEW).text
    assert "您已经有一个叫“会沟菌棒车间”的车间" in answer
    assert 'id="workers-error"' in clerk.send(f"{page}/2", 422, **{**NEW, "workers": "-1"}).text


def test_a_village_that_is_no_more_takes_no_workshop(road, county, clerk, page):
    end = {"on_day": "2026-10-01", "successor": "", "reason": "批复"}
    road.visit(county.operator).send(f"/desk/places/{HUIGOU}/end", **end)
    answer = clerk.send(page, 422, **NEW).text
    assert "没有叫这个名字的村" in answer
    assert "会沟菌棒车间" in answer


def test_others_learn_of_no_workshop(road, county, clerk, page):
    clerk.send(page, **NEW)
    for path in (page, f"{page}/1"):
        road.visit(county.other_clerk).see(path, 404)
        road.visit(county.other_clerk).send(path, 404, **NEW)
        road.visit(county.shopper).see(path, 403)
        road.visit(county.operator).see(path, 403)
    theirs = f"/producer/{county.other_producer_id}/workshops/1"
    road.visit(county.other_clerk).see(theirs, 404)
    road.visit(county.other_clerk).send(theirs, 404, **NEW)
    clerk.see(f"{page}/99", 404)
    clerk.send(f"{page}/99", 404, **NEW)


def test_the_centre_sees_them_all(road, county, clerk, page):
    desk = road.visit(county.auditor)
    assert "没有找到车间" in desk.see("/desk/workshops")
    clerk.send(page, **NEW)
    assert "会沟菌棒车间" in desk.see("/desk/workshops?q=菌棒")
    assert "没有找到车间" in desk.see("/desk/workshops?q=茶叶")
    assert "workshop.added" in desk.see("/desk/audit?kind=workshop&object=1")
    clerk.see("/desk/workshops", 403)
