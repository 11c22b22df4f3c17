"""The page on which a unit files its year, and the list of those who look at it."""

from io import BytesIO

import pytest

TYPED = {
    "headcount": "１２０",
    "canteen_status": "OWN",
    "canteen_spend": "500,000.00",
    "union_spend": "60000",
    "remark": "含食堂",
}


def page_of(county):
    return f"/unit/{county.unit_id}/filing"


def test_a_filing_goes_from_the_unit_to_the_bureau(road, county):
    finance, bureau = road.visit(county.finance), road.visit(county.operator)
    papers = [(BytesIO(b"%PDF-1.7 plan"), "三定.pdf")]
    finance.send(page_of(county), **TYPED, then="submit", papers=papers)
    assert "等待审核" in finance.see(page_of(county))
    assert "区财政局" in bureau.see("/filings")
    assert bureau.client.get("/filings/1/papers/1").data.startswith(b"%PDF")
    bureau.send("/filings/1/return", 422, words=" ")
    bureau.send("/filings/1/return", words="人数不符")
    assert "人数不符" in finance.see(page_of(county))
    finance.send(page_of(county), **{**TYPED, "headcount": "118"}, then="submit")
    bureau.send("/filings/1/pass")
    assert "已核定" in finance.see(page_of(county))
    assert "118" in bureau.see("/filings?tab=approved")


def test_after_new_year_a_revision_offers_a_day_of_its_own_year(road, county, clock):
    road.visit(county.finance).send(page_of(county), **TYPED, then="submit")
    road.visit(county.operator).send("/filings/1/pass")
    assert 'value="2026-11-23"' in road.visit(county.finance).see(page_of(county))
    clock.advance(days=60)
    page = f"{page_of(county)}?year=2026"
    assert 'value="2026-12-31"' in road.visit(county.finance).see(page)


def test_a_draft_is_kept_and_the_bureau_sees_who_has_not_filed(road, county):
    road.visit(county.finance).send(page_of(county), **TYPED, then="keep")
    bureau = road.visit(county.operator)
    assert "草稿,还没有提交" in bureau.see("/filings?tab=missing")
    bureau.send("/filings/due?year=2026", due_on="2026-12-15")
    assert "2026年12月15日" in road.visit(county.finance).see(page_of(county))
    bureau.send("/filings/due?year=2026", 422, due_on="bald")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"headcount": "1.5"}, "请填写整数"),
        ({"headcount": "-1"}, "请填写整数"),
        ({"headcount": ""}, "请填写这一项"),
        ({"headcount": "999999999"}, "之间的整数"),
        ({"canteen_status": "PALACE"}, "请从给出的选项中选择"),
        ({"canteen_spend": "viel"}, "请填写金额"),
        ({"canteen_status": "NONE"}, "这里填 0"),
        ({"remark": "\x00"}, "控制字符"),
        ({"remark": "x" * 10_000}, "最多 500 个字"),
        ({"papers": [(BytesIO(b"<html>"), "a.pdf")]}, "只能上传"),
    ],
)
def test_what_cannot_be_filed_is_named_and_what_was_typed_stays(road, county, changes, words):
    finance = road.visit(county.finance)
    page = finance.send(page_of(county), 422, **{**TYPED, "then": "submit", **changes}).text
    assert words in page
    assert 'value="60000"' in page


def test_others_read_or_do_not_learn_of_it(road, county):
    road.visit(county.finance).send(page_of(county), **TYPED, then="submit")
    assert "提交审核" not in road.visit(county.buyer).see(page_of(county))
    road.visit(county.buyer).send(page_of(county), 403, **TYPED)
    auditor = road.visit(county.auditor)
    auditor.see("/filings")
    auditor.send("/filings/1/pass", 403)
    auditor.send("/filings/due", 403, due_on="2026-12-15")
    for other in (county.stranger, county.clerk, county.shopper):
        visitor = road.visit(other)
        visitor.see(page_of(county), 404)
        visitor.send(page_of(county), 404, **TYPED)
        visitor.see("/filings/1/papers/1", 404)
    road.visit(county.shopper).see("/filings", 403)
