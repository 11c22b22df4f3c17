"""The page on which an order bought under the wrong unit is put right."""

import pytest

from marketplace.units.queries import get_unit
from tests.county import person
from tests.ordering.steps import completed


@pytest.fixture
def order(session, county):
    _purchase, (bought,) = completed(session, county, county.wish((county.mushrooms, 2)))
    session.commit()
    return bought


@pytest.fixture
def typed(session, county, order):
    name = get_unit(session, county.other_unit_id).name
    found = {"number": order.number, "to_unit_name": name, "why": "下单时选错了单位"}
    session.rollback()
    return found


def page_of(unit_id):
    return f"/unit/{unit_id}/reattributions"


def test_an_order_is_put_right_by_two_approvers(session, county, visit, typed):
    other = person(session, "approver@other", ("UNIT", county.other_unit_id, "APPROVER"))
    session.commit()
    here, there = page_of(county.unit_id), page_of(county.other_unit_id)
    visit(county.buyer).send(here, **typed)
    assert "等待双方审批人" in visit(county.buyer).see(here)
    assert "同意改计" not in visit(county.buyer).see(here)
    visit(county.approver).send(f"{here}/1/approve")
    assert "原单位已同意" in visit(other).see(there)
    visit(other).send(f"{there}/1/approve")
    assert "双方已同意" in visit(county.buyer).see(here)
    year = visit(other).see(f"/unit/{county.other_unit_id}")
    assert "更正归属" in year
    assert f'href="{there}">{typed["number"]}' in year


def test_what_was_typed_stays_and_each_field_says_what_is_wrong(county, visit, typed):
    buyer, here = visit(county.buyer), page_of(county.unit_id)
    for field, value, words in (
        ("number", "X" * 10_000, "最多 20 个字"),
        ("number", "P0", "本单位没有这个订单号"),
        ("to_unit_name", "没有的单位", "没有这个单位"),
        ("why", "", "请填写这一项"),
        ("why", "a\0b", "控制字符"),
    ):
        answer = buyer.send(here, 422, **{**typed, field: value})
        assert words in answer.text, (field, words)
        assert 'value="下单时选错了单位"' in answer.text or field == "why"


def test_a_request_is_taken_back_and_strangers_find_nothing(county, visit, typed):
    buyer, here = visit(county.buyer), page_of(county.unit_id)
    buyer.send(here, **typed)
    visit(county.shopper).see(here, 404)
    visit(county.shopper).send(f"{here}/1/approve", 404)
    buyer.send(f"{here}/1/refuse", 422, reason=" ")
    buyer.send(f"{here}/1/refuse", reason="弄错了")
    assert "没有同意:弄错了" in buyer.see(here)
    assert buyer.send(f"{here}/1/approve", 409).text.count("已经结束") >= 1
