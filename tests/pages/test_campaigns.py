"""Whoever announced a campaign changes it and ends it on its own page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.campaigns.models import Campaign
from marketplace.core.clock import day_of
from tests.county import START
from tests.pages.conftest import checkout

TODAY = day_of(START)
DAYS = {"from_on": TODAY.isoformat(), "until_on": (TODAY + timedelta(days=3)).isoformat()}
PAGE = "/desk/campaigns/1"


@pytest.fixture
def operator(visit, county):
    desk = visit(county.operator)
    desk.send("/desk/campaigns", kind="FAIR", name="秋季展销会", **DAYS)
    return desk


def trail(road, action):
    return road.look(select(AuditEntry).where(AuditEntry.action == action))


def test_a_campaign_is_changed_on_its_page(operator, road):
    assert f'href="{PAGE}"' in operator.see("/desk/campaigns")
    assert 'value="秋季展销会"' in operator.see(PAGE)
    wrong = operator.send(
        PAGE, 422, kind="FAIR", name="冬季展销会", from_on="2026-12-01", until_on=""
    )
    assert 'value="冬季展销会"' in wrong.text
    operator.send(PAGE, kind="FAIR", name="冬季展销会", **DAYS)
    assert "冬季展销会" in operator.see("/campaigns")
    (entry,) = trail(road, "campaign.changed")
    assert (entry.before["name"], entry.after["name"]) == ("秋季展销会", "冬季展销会")


def test_one_that_was_announced_by_mistake_is_taken_down(operator, visit, road):
    assert "确定结束吗" in operator.see(PAGE)
    operator.send(f"{PAGE}/end", 422, reason="")
    operator.send(f"{PAGE}/end", reason="发布错了")
    operator.send(f"{PAGE}/end", reason="第二次")
    assert "秋季展销会" not in visit(None).see("/campaigns")
    assert "活动已经结束" in operator.see(PAGE)
    (entry,) = trail(road, "campaign.ended")
    assert (entry.after["reason"], entry.before["until_on"]) == ("发布错了", DAYS["until_on"])


def test_what_was_bought_stays_with_a_campaign_that_was_ended(operator, visit, road, county):
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    form = checkout(county, 12_806, (county.mushrooms, 2), campaign="1")
    place = buyer.send("/checkout", **form).location
    visit(county.approver).send(f"{place}/approve")
    operator.send(f"{PAGE}/end", reason="货卖完了")
    assert "128.06" in visit(None).see("/campaigns/1")
    assert "秋季展销会" in visit(None).see("/campaigns")
    (row,) = road.look(select(Campaign))
    assert row.until_on == TODAY - timedelta(days=1)
    assert "秋季展销会" not in road.fill(county.buyer, (county.mushrooms, 2)).see("/checkout")


def test_only_those_who_announce_end_one(operator, visit, county):
    assert "结束活动" not in visit(county.auditor).see(PAGE)
    visit(county.buyer).see(PAGE, 403)
    for other in (county.auditor, county.buyer):
        visit(other).send(f"{PAGE}/end", 403, reason="x")
