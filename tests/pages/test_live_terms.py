"""What producers and the county lay down for livestreams, on their pages."""

from html import unescape

import pytest
from sqlalchemy import select

from marketplace.livestream.models import CommissionPlan, LivestreamRule
from tests.livestream.sessions import a_host

PLAN = {"kind": "OPEN", "rate": "１２.5%", "from_on": "2026-11-23", "until_on": "2026-12-22"}


@pytest.fixture
def host(session, county):
    made = a_host(session)
    session.commit()
    return made


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate": ""}, "请填写这一项"),
        ({"rate": "0"}, "百分数"),
        ({"rate": "-1"}, "百分数"),
        ({"rate": "50.01"}, "百分数"),
        ({"rate": "1.555"}, "百分数"),
        ({"rate": "1e1"}, "百分数"),
        ({"rate": "1" * 10_000}, "百分数"),
        ({"kind": "SECRET"}, "请从给出的选项中选择一项"),
        ({"kind": "DIRECTED"}, "请填写主播口令"),
        ({"kind": "DIRECTED", "host_code": "NOBODY"}, "没有这个口令的主播"),
        ({"kind": "DIRECTED", "host_code": "A\x00"}, "控制字符"),
        ({"kind": "DIRECTED", "host_code": "A" * 10_000}, "最多 12 个字"),
        ({"host_code": "YUNXIA"}, "公开方案给所有主播"),
        ({"until_on": "2027-11-24"}, "最长 1 年"),
        ({"until_on": "bald"}, "请填写日期"),
        ({"product_id": "999"}, "在售的商品中选择"),
        ({"product_id": "1.5"}, "请填写整数"),
        ({"product_id": "9" * 30}, "请填写整数"),
    ],
    ids=lambda change: repr(change)[:40],
)
def test_a_plan_that_cannot_be_is_named_and_what_was_typed_stays(
    road, county, host, changes, words
):
    page = f"/producer/{county.producer_id}/plans"
    answer = road.visit(county.clerk).send(page, 422, **{**PLAN, **changes})
    text = unescape(answer.text)
    assert words in text
    assert 'value="2026-11-23"' in text
    assert road.look(select(CommissionPlan.id)) == []


def test_a_second_click_on_a_plan_says_that_it_stands(road, county, host):
    clerk, page = road.visit(county.clerk), f"/producer/{county.producer_id}/plans"
    directed = {**PLAN, "kind": "DIRECTED", "host_code": "yunxia", "product_id": "1"}
    clerk.send(page, **directed)
    assert "与方案 1" in unescape(clerk.send(page, 409, **directed).text)
    assert "云霞说山货" in clerk.see(page)
    for _ in range(2):
        clerk.send(f"{page}/1/end")
    clerk.send(page, **directed)
    clerk.send(f"{page}/999/end", 404)
    other = road.visit(county.other_clerk)
    other.see(page, 404)
    other.send(page, 404, **PLAN)
    other.send(f"{page}/2/end", 404)
    other.send(f"/producer/{county.other_producer_id}/plans/2/end", 404)
    road.visit(host[1]).see(page, 403)


RULE = {
    "seen": "0",
    "window_days": "3",
    "grace_hours": "0",
    "code_beats_link": "1",
    "from_on": "2026-11-23",
    "reason": "短一些",
}


def test_the_county_decides_versions(road, county, host):
    desk = road.visit(county.operator)
    assert "通常" in desk.see("/desk/livestream-rule")
    desk.send("/desk/livestream-rule", **RULE)
    assert "刚刚被别人改过" in unescape(desk.send("/desk/livestream-rule", 409, **RULE).text)
    later = {**RULE, "seen": "1", "units_earn": "1", "from_on": "2027-01-01"}
    desk.send("/desk/livestream-rule", **later)
    page = unescape(desk.see("/desk/livestream-rule"))
    assert "现行" in page
    assert "还没有开始" in page
    kept = road.look(select(LivestreamRule).order_by(LivestreamRule.version))
    assert [(one.window_days, one.code_beats_link, one.units_earn) for one in kept] == [
        (3, True, False),
        (3, True, True),
    ]
    auditor = road.visit(county.auditor)
    auditor.see("/desk/livestream-rule")
    auditor.send("/desk/livestream-rule", 403, **RULE)
    road.visit(host[1]).see("/desk/livestream-rule", 403)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window_days": ""}, "请填写这一项"),
        ({"window_days": "91"}, "0 到 90"),
        ({"window_days": "-1"}, "请填写整数"),
        ({"grace_hours": "1.5"}, "请填写整数"),
        ({"grace_hours": "721"}, "0 到 720"),
        ({"from_on": "2026-11-22"}, "从今天或以后"),
        ({"from_on": "2099-12-31"}, "从今天或以后"),
        ({"from_on": "9999-12-31"}, "2000 年到 2099 年"),
        ({"reason": ""}, "请填写这一项"),
        ({"reason": "字" * 501}, "最多 500 个字"),
        ({"seen": "x"}, "请填写整数"),
    ],
    ids=lambda change: repr(change)[:40],
)
def test_a_version_that_cannot_be_is_named(road, county, host, changes, words):
    answer = road.visit(county.operator).send("/desk/livestream-rule", 422, **{**RULE, **changes})
    assert words in unescape(answer.text)
    assert road.look(select(LivestreamRule.id)) == []
