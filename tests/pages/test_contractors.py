"""Contractors on their pages: registered, given a mandate, buying, and ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.contractors.commands import tell_of_ends
from marketplace.notices.models import Notice
from marketplace.producers.rules import make_uscc
from tests.county import START
from tests.pages.conftest import checkout

USCC = make_uscc("420304", 77)
MANDATE = {"uscc": USCC, "from_on": "2026-11-01", "until_on": "2026-12-31"}


def test_case_11_from_the_register_to_an_order_and_to_the_end(road, county, cook):
    centre, finance = road.visit(county.operator), road.visit(county.finance)
    centre.send("/desk/contractors", name="老灶餐饮公司", uscc=USCC.lower(), phone="0719-7220000")
    assert "老灶餐饮公司" in centre.see("/desk/contractors")
    page = f"/unit/{county.unit_id}/contractors"
    visitor = road.fill(cook, (county.mushrooms, 1))
    assert "没有有效的委托" in visitor.see("/checkout")
    finance.send(page, **MANDATE)
    assert "有效" in finance.see(page)
    form = visitor.see("/checkout")
    assert "区财政局" in form
    assert "个人购买</span>" not in form
    assert 'value="CANTEEN"' in form
    assert 'value="UNION"' not in form
    assert "由委托单位审批" in form
    wanted = (county.mushrooms, 1)
    plain = checkout(county, 6_403, wanted, fund="CANTEEN")
    visitor.send("/checkout", 422, **{**plain, "fund": "UNION"})
    visitor.send("/checkout", 422, **{**plain, "unit": "personal"})
    visitor.send("/checkout", 422, **{**plain, "unit": str(county.other_unit_id)})
    place = visitor.send("/checkout", **plain).location
    for reader in (visitor, road.visit(county.approver)):
        purchase = reader.see(place)
        assert "区财政局" in purchase
        assert "老灶餐饮公司" in purchase
    finance.send(f"{page}/1/end", 422, reason=" ")
    finance.send(f"{page}/1/end", reason="合同到期")
    assert "合同到期" in finance.see(page)
    road.fill(cook, (county.mushrooms, 1)).send("/checkout", 422, **{**plain, "nonce": "AGAIN"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uscc": "123"}, "18 位"),
        ({"uscc": "x" * 10_000}, "最多 30 个字"),
        ({"uscc": ""}, "请填写这一项"),
        ({"uscc": make_uscc("420304", 99)}, "请先由运营中心登记"),
        ({"from_on": "bald"}, "请填写日期"),
        ({"until_on": "2026-10-01"}, "截止日期"),
    ],
)
def test_what_cannot_be_is_named(road, county, cook, changes, words):
    new = {"name": "老灶餐饮公司", "uscc": USCC, "phone": "0719-7220000"}
    road.visit(county.operator).send("/desk/contractors", **new)
    page = f"/unit/{county.unit_id}/contractors"
    assert words in road.visit(county.finance).send(page, 422, **{**MANDATE, **changes}).text


def test_others_read_or_do_not_learn_of_it(road, county):
    page = f"/unit/{county.unit_id}/contractors"
    assert "确认委托" not in road.visit(county.buyer).see(page)
    road.visit(county.buyer).send(page, 403, **MANDATE)
    road.visit(county.auditor).see("/desk/contractors")
    road.visit(county.auditor).send("/desk/contractors", 403, name="甲", uscc=USCC, phone="1")
    for other in (county.stranger, county.clerk, county.shopper):
        road.visit(other).see(page, 404)
        road.visit(other).send(page, 404, **MANDATE)
        road.visit(other).see("/desk/contractors", 403)


def told(road, cook):
    wanted = select(Notice).where(Notice.person_id == cook.person_id).order_by(Notice.id)
    return [one.kind for one in road.look(wanted)]


def test_the_contractors_people_see_their_mandates_and_are_told(road, county, cook):
    centre, finance, reader = (road.visit(one) for one in (county.operator, county.finance, cook))
    centre.send("/desk/contractors", name="老灶餐饮公司", uscc=USCC, phone="0719-7220000")
    assert '<td data-label="编号">1</td>' in centre.see("/desk/contractors")
    assert "还没有委托" in reader.see("/mandates")
    assert 'href="/mandates"' in reader.see("/")
    page = f"/unit/{county.unit_id}/contractors"
    finance.send(page, **MANDATE)
    seen = reader.see("/mandates")
    assert "区财政局" in seen
    assert "2026年12月31日" in seen
    assert "企业编号 1,委托编号 1" in seen
    finance.send(f"{page}/1/end", reason="合同到期")
    assert "已终止:合同到期" in reader.see("/mandates")
    assert told(road, cook) == ["mandate_given", "mandate_ended"]
    assert "委托您的企业为食堂采购,到 2026年12月31日 止" in reader.see("/me/notices")
    assert "区财政局" not in road.visit(county.shopper).see("/mandates")


def test_a_mandate_that_runs_out_is_told_before_and_after_once(road, county, cook):
    new = {"name": "老灶餐饮公司", "uscc": USCC, "phone": "0719-7220000"}
    road.visit(county.operator).send("/desk/contractors", **new)
    road.visit(county.finance).send(f"/unit/{county.unit_id}/contractors", **MANDATE)
    kinds = ["mandate_given"]
    for days, kind in ((0, None), (10, "mandate_soon"), (38, None), (39, "mandate_expired")):
        for _twice in range(2):
            tell_of_ends(road.session, START + timedelta(days=days))
            road.session.commit()
        kinds += [kind] if kind else []
        assert told(road, cook) == kinds
