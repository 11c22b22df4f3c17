"""Pairings and campaigns at the desk, in the shop and at checkout."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.geography.models import Village
from marketplace.ordering.models import Purchase
from tests.county import HUIGOU, START, YUNCAI, County
from tests.pages.conftest import Road, Visit, checkout

TODAY = day_of(START)


def test_a_table_with_a_bad_row_writes_nothing_and_names_it(county: County, visit: Visit) -> None:
    desk = visit(county.operator)
    bad = f"单位,村代码\n区财政局,{HUIGOU}\n没有的局,{HUIGOU}\n".encode()
    answer = desk.send("/desk/pairings/table", 422, file=(BytesIO(bad), "a.csv"))
    assert "没有的局" in answer.text
    assert "没有找到结对" in desk.see("/desk/pairings")
    good = f"单位,村代码\n区财政局,{HUIGOU}\n".encode("gb18030")
    desk.send("/desk/pairings/table", file=(BytesIO(good), "a.csv"))
    assert "会沟村" in desk.see("/desk/pairings?q=财政")
    assert HUIGOU in desk.see("/desk/pairings/list.csv")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("unit", "没有的局", "没有这个名称的单位"),
        ("unit", "", "请填写这一项"),
        ("village", "没有的村", "没有叫这个名字的村"),
        ("village", "", "请填写这一项"),
        ("from_on", "昨天", "请填写日期"),
    ],
)
def test_a_wrong_field_is_named(
    county: County, visit: Visit, field: str, typed: str, words: str
) -> None:
    form = {"unit": "区财政局", "village": "会沟村", field: typed}
    answer = visit(county.operator).send("/desk/pairings", 422, **form)
    assert f"{field}-error" in answer.text
    assert words in answer.text


@pytest.mark.parametrize("village", ["会沟村", "白浪镇会沟村", HUIGOU, f"{HUIGOU} 白浪镇会沟村"])
def test_a_unit_and_a_village_are_paired_by_their_names(
    county: County, visit: Visit, village: str
) -> None:
    desk = visit(county.operator)
    page = desk.see("/desk/pairings")
    assert '<option value="区财政局">' in page
    assert f'<option value="{HUIGOU} 白浪镇会沟村">' in page
    desk.send("/desk/pairings", unit="区财政局", village=village)
    assert HUIGOU in desk.see("/desk/pairings/list.csv")


def test_a_village_whose_name_others_bear_is_asked_for_with_its_township(
    county: County, session: Session, visit: Visit
) -> None:
    twin = session.get_one(Village, YUNCAI)
    twin.name = "会沟村"
    session.commit()
    desk = visit(county.operator)
    answer = desk.send("/desk/pairings", 422, unit="区财政局", village="会沟村")
    assert "不止一个村叫这个名字" in answer.text
    desk.send("/desk/pairings", unit="区财政局", village="白浪镇会沟村")


def test_full_width_digits_are_digits(county: County, visit: Visit) -> None:
    wide = HUIGOU.translate({48 + n: 0xFF10 + n for n in range(10)})
    visit(county.operator).send("/desk/pairings", unit="区财政局", village=wide)


def test_the_auditor_changes_no_pairing_and_no_campaign(county: County, visit: Visit) -> None:
    auditor = visit(county.auditor)
    auditor.see("/desk/pairings")
    auditor.see("/desk/campaigns")
    for path in ("pairings", "pairings/table", "pairings/1/end", "campaigns", "campaigns/1"):
        auditor.send(f"/desk/{path}", 403)


def test_a_purchase_for_a_campaign_says_so(
    county: County, road: Road, session: Session, visit: Visit
) -> None:
    until = TODAY + timedelta(days=1)
    days = {"from_on": TODAY.isoformat(), "until_on": until.isoformat()}
    visit(county.operator).send("/desk/campaigns", kind="FAIR", name="秋季展销会", **days)
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    assert "秋季展销会" in buyer.see("/checkout")
    buyer.send("/checkout", **checkout(county, 12_806, (county.mushrooms, 2), campaign="1"))
    assert session.scalars(select(Purchase.campaign_id)).one() == 1
    assert "秋季展销会" in visit(None).see("/campaigns")
    # It waits for approval, so nothing is ordered yet.
    assert "0.00" in visit(None).see("/campaigns/1")
    visit(None).see("/campaigns/99", 404)


@pytest.mark.parametrize("typed", ["99", "x", "-1", "1e9", "9" * 30])
def test_a_campaign_that_does_not_run_is_refused_and_the_form_kept(
    county: County, road: Road, typed: str
) -> None:
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    form = checkout(county, 12_806, (county.mushrooms, 2), campaign=typed, note="周三送到")
    answer = buyer.send("/checkout", 422, **form)
    assert "周三送到" in answer.text
    assert road.purchases() == 0
