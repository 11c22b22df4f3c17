"""The editor of rules: drafted, tried, published, and never changed afterwards."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.quota.models import QuotaRule
from marketplace.reports.queries.trial import try_rule
from tests.county import County
from tests.ordering.steps import completed
from tests.pages.conftest import Road


def text(**changes: object) -> dict[str, object]:
    fields = {
        "code": "per-head-floor",
        "name": "人均 600 元",
        "basis": "PER_HEAD_FLOOR",
        "amount": "６００",
        "ratio": "",
        "area": "420304",
        "funds": ["CANTEEN", "UNION"],
        "recognition_point": "COMPLETED",
        "certificate_required": "1",
        "origins": "",
        "legal_reference": "试行",
    }
    return {**fields, **changes}


def newest(road: Road) -> QuotaRule:
    return road.look(select(QuotaRule).order_by(QuotaRule.id.desc()).limit(1))[0]


def test_a_draft_is_tried_and_published(session: Session, county: County, road: Road):
    completed(session, county, county.wish((county.mushrooms, 4)))
    session.commit()
    official = road.visit(county.operator)
    assert "人均 500 元" in official.see("/desk/rules")
    official.send("/desk/rules/new", **text())
    draft = newest(road)
    assert (draft.version, draft.amount_fen, draft.published_at) == (2, 60_000, None)
    page = official.see(f"/desk/rules/{draft.id}")
    assert "适用 2 个单位" in page
    # 109 employees: 54,500 yuan by the old version, 65,400 by the new one.
    assert "54,500.00" in page
    assert "65,400.00" in page
    official.send(f"/desk/rules/{draft.id}", **text(amount="700"))
    assert "76,300.00" in official.see(f"/desk/rules/{draft.id}")
    official.send(f"/desk/rules/{draft.id}/publish")
    assert "70,000.00" in road.visit(county.buyer).see(f"/unit/{county.unit_id}")
    refused = official.send(f"/desk/rules/{draft.id}", 409, **text())
    assert "起草一个新版本" in refused.text
    official.send(f"/desk/rules/{draft.id}/discard", 409)


def test_a_trial_tells_the_whole_year_by_the_new_text(session: Session, county: County, road: Road):
    completed(session, county, county.wish((county.mushrooms, 4), (county.oil, 1)))
    session.commit()
    official = road.visit(county.operator)
    for changes, expected in (
        ({"funds": ["CANTEEN"]}, 0),
        ({"certificate_required": "0"}, 4 * 6_403 + 9_900),
        ({"origins": "420304106205"}, 0),
        ({"origins": "420304"}, 4 * 6_403),
        ({}, 4 * 6_403),
    ):
        official.send("/desk/rules/new", **text(**changes))
        trial = try_rule(session, newest(road).id, date(2026, 11, 23))
        session.rollback()
        by_unit = {one.unit_id: one for one in trial.effects}
        assert by_unit[county.unit_id].whole_year_fen == expected, changes
        assert by_unit[county.unit_id].counted_fen == 4 * 6_403
        assert by_unit[county.other_unit_id].gap_after_fen == 9 * 60_000


def test_a_draft_begins_with_a_profile_or_an_older_version(county: County, road: Road):
    official = road.visit(county.operator)
    assert "工会福利人均上限" in official.see("/desk/rules/new?from=union-cap")
    known = newest(road)
    assert known.name in official.see(f"/desk/rules/new?from={known.id}")
    official.see("/desk/rules/new?from=999999", 404)
    official.see("/desk/rules/new?from=%00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e9"}, "amount"),
        ({"basis": "CANTEEN_RATIO", "ratio": "100.01"}, "ratio"),
        ({"basis": "GUESS"}, "basis"),
        ({"funds": []}, "funds"),
        ({"area": "湖北"}, "area"),
        ({"origins": "42a"}, "origins"),
        ({"code": "Ünion"}, "code"),
        ({"name": "名" * 10_000}, "name"),
        ({"name": "\x00"}, "name"),
        ({"recognition_point": ""}, "recognition_point"),
    ],
)
def test_what_makes_no_sense_is_named_and_kept(county: County, road: Road, changes, field):
    answer = road.visit(county.operator).send("/desk/rules/new", 422, **text(**changes))
    assert f'href="#{field}"' in answer.text
    assert "试行" in answer.text
    assert newest(road).version == 1


def test_a_ratio_is_shown_again_as_it_was_typed(county: County, road: Road):
    official = road.visit(county.operator)
    official.send("/desk/rules/new", **text(basis="CANTEEN_RATIO", ratio="12.34"))
    draft = newest(road)
    assert draft.ratio_ppm == 123_400
    assert 'value="12.34"' in official.see(f"/desk/rules/{draft.id}")


def test_only_operators_write_rules_and_the_centre_reads_them(county: County, road: Road):
    rule = newest(road)
    auditor = road.visit(county.auditor)
    assert rule.name in auditor.see(f"/desk/rules/{rule.id}")
    auditor.see("/desk/rules/new", 403)
    auditor.send("/desk/rules/new", 403, **text())
    auditor.send(f"/desk/rules/{rule.id}/publish", 403)
    road.visit(county.buyer).see("/desk/rules", 403)


def test_the_order_says_line_by_line_why_it_does_not_count_and_leads_on(county, road: Road):
    order_id = road.deliver((county.mushrooms, 2))
    page = road.visit(county.buyer).see(f"/orders/{order_id}")
    assert "人均 500 元" in page
    assert "还没有验收" in page
    assert "去验收" in page


def test_a_unit_s_year_is_shown_as_of_a_day(session: Session, county: County, road: Road):
    completed(session, county, county.wish((county.mushrooms, 4)))
    session.commit()
    buyer = road.visit(county.buyer)
    page = buyer.see(f"/unit/{county.unit_id}?on=2026-11-22")
    assert "2026年11月22日" in page
    assert "已计入" in page
    assert "/orders/1" not in page
    assert "/orders/1" in buyer.see(f"/unit/{county.unit_id}")
    for strange in ("2027-01-01", "x", "%00", "2026-11-23"):
        assert "看今天的" not in buyer.see(f"/unit/{county.unit_id}?on={strange}")


def is_ticked(page: str) -> bool:
    """Whether the box for freight has its tick."""
    (box,) = re.findall(r'<input type="checkbox"[^>]*name="freight_counts"[^>]*>', page)
    return " checked" in box


def test_whether_freight_counts_is_typed_and_said(county: County, road: Road):
    official = road.visit(county.operator)
    answer = official.send("/desk/rules/new", 422, **text(freight_counts="1", name=""))
    assert is_ticked(answer.text)
    official.send("/desk/rules/new", **text())
    draft = newest(road)
    page = f"/desk/rules/{draft.id}"
    assert not is_ticked(official.see(page))
    official.send(page, **text(freight_counts="1"))
    assert newest(road).freight_counts
    assert is_ticked(official.see(page))
    official.send(f"{page}/publish")
    assert "随商品计入" in official.see(page)
