"""The register of villages at the desk, and what everybody sees of it."""

import pytest

from tests.county import HUIGOU, YUNCAI

PAGE = f"/desk/places/{HUIGOU}"
PAPER = "区政函〔2026〕3 号"
END = {"on_day": "2026-10-01", "successor": f"{YUNCAI} 杨溪铺镇云彩山村", "reason": PAPER}
LISTED = {"listed_from": "2014-01-01", "listed_until": "", "source": "2014 年名单"}


@pytest.fixture
def desk(road, county):
    return road.visit(county.operator)


def test_a_village_is_ended_and_everybody_sees_who_took_it_over(road, county, desk):
    anyone = road.visit(None)
    assert "撤并" not in anyone.see(f"/villages/{HUIGOU}")
    assert "没有撤并" in desk.see(PAGE)
    desk.send(f"{PAGE}/end", **END)
    page = desk.see(PAGE)
    assert "已于 2026年10月1日 撤并" in page
    assert page.count(PAPER) == 2
    assert "云彩山村" in page
    shown = anyone.see(f"/villages/{HUIGOU}")
    assert "本村已于 2026年10月1日 撤并" in shown
    assert "承接它的村:云彩山村" in shown
    assert "会沟村" in desk.see(f"/desk/places/{YUNCAI}")
    assert "会沟村" in desk.see("/desk/places?state=gone")
    assert f'value="{HUIGOU} ' not in road.visit(county.clerk).see(
        f"/producer/{county.producer_id}/workshops"
    )


def test_the_successor_may_follow_later_and_then_stays(road, desk):
    desk.send(f"{PAGE}/end", **{**END, "successor": ""})
    assert "还没有指定承接的村" in desk.see(PAGE)
    desk.send(f"{PAGE}/end", **END)
    assert "由杨溪铺镇云彩山村承接" in desk.see(PAGE)
    answer = desk.send(f"{PAGE}/end", 422, **{**END, "successor": ""})
    assert 'id="successor-error"' in answer.text
    desk.send(f"{PAGE}/end", **{**END, "on_day": "2026-10-02"})
    assert "已于 2026年10月2日 撤并" in desk.see(PAGE)


def test_an_end_written_down_for_the_wrong_village_is_taken_back(road, county, desk):
    offered, clerk = f'value="{HUIGOU} ', road.visit(county.clerk)
    desk.send(f"{PAGE}/restore", restore_reason="没有撤并过")
    assert "撤销撤并登记" not in desk.see(PAGE)
    desk.send(f"{PAGE}/end", **END)
    answer = desk.send(f"{PAGE}/restore", 422, restore_reason="")
    assert 'id="restore_reason-error"' in answer.text
    assert "已于 2026年10月1日 撤并" in desk.see(PAGE)
    desk.send(f"{PAGE}/restore", restore_reason="登记错了村")
    page = desk.see(PAGE)
    assert "没有撤并" in page
    assert "登记错了村" in page
    assert PAPER in page
    assert "撤并" not in road.visit(None).see(f"/villages/{HUIGOU}")
    assert offered in clerk.see(f"/producer/{county.producer_id}/workshops")


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"on_day": ""}, 422, 'id="on_day-error"'),
        ({"on_day": "2026-11-24"}, 422, "日期不能晚于今天"),
        ({"successor": "没有的村"}, 422, "没有叫这个名字的村"),
        ({"successor": "420304999999"}, 422, "没有叫这个名字的村"),
        ({"successor": "420305101200"}, 422, "没有叫这个名字的村"),
        ({"successor": HUIGOU}, 409, "承接村不能是它自己"),
        ({"reason": ""}, 422, 'id="reason-error"'),
        ({"reason": "长" * 201}, 422, "最多 200 个字"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_ends(desk, changes, status, words):
    typed = {**END, "reason": "值得保留的话", **changes}
    answer = desk.send(f"{PAGE}/end", status, **typed)
    assert words in answer.text
    if "reason" not in changes:
        assert "值得保留的话" in answer.text
    assert "没有撤并" in desk.see(PAGE)


def test_a_village_that_is_no_more_is_not_offered_as_successor(desk):
    desk.send(f"/desk/places/{YUNCAI}/end", **{**END, "successor": ""})
    answer = desk.send(f"{PAGE}/end", 422, **END)
    assert "没有叫这个名字的村" in answer.text


def test_a_village_is_listed_as_poor_and_leaves_the_list(road, desk):
    anyone = road.visit(None)
    assert "建档立卡" not in anyone.see(f"/villages/{HUIGOU}")
    desk.send(f"{PAGE}/listings", **LISTED)
    assert "2014年1月1日 起为建档立卡贫困村" in anyone.see(f"/villages/{HUIGOU}")
    assert "会沟村" in desk.see("/desk/places?state=poor")
    desk.send(f"{PAGE}/listings", 409, **{**LISTED, "listed_from": "2015-01-01"})
    early = desk.send(f"{PAGE}/listings/end", 422, last_day="2013-12-31", end_source="公告")
    assert "结束日期不能早于开始日期" in early.text
    desk.send(f"{PAGE}/listings/end", last_day="2020-04-21", end_source="省政府公告")
    assert "2020年4月21日 为建档立卡贫困村,现已脱贫" in anyone.see(f"/villages/{HUIGOU}")
    page = desk.see(PAGE)
    assert "省政府公告" in page
    assert "2014 年名单" in page
    assert "没有找到" not in page
    assert "会沟村" in desk.see("/desk/places?state=ever_poor")
    again = desk.send(f"{PAGE}/listings/end", 422, last_day="2020-04-21", end_source="公告")
    assert "现在不在贫困村名单上" in again.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"listed_from": "昨天"}, "请填写日期"),
        ({"listed_from": "2026-12-01"}, "日期不能晚于今天"),
        ({"listed_until": "2013-12-31"}, "结束日期不能早于开始日期"),
        ({"source": ""}, 'id="source-error"'),
    ],
)
def test_a_listing_that_cannot_be_is_named(desk, changes, words):
    assert words in desk.send(f"{PAGE}/listings", 422, **{**LISTED, **changes}).text


def test_only_operators_write_and_only_the_centre_reads(road, county):
    auditor = road.visit(county.auditor)
    assert "登记撤并" not in auditor.see(PAGE)
    auditor.see("/desk/places")
    for path, form in (("end", END), ("listings", LISTED), ("listings/end", {})):
        auditor.send(f"{PAGE}/{path}", 403, **form)
        for other in (county.buyer, county.clerk, county.shopper):
            road.visit(other).send(f"{PAGE}/{path}", 403, **form)
    for other in (county.buyer, county.clerk, county.shopper):
        road.visit(other).see(PAGE, 403)
        road.visit(other).see("/desk/places", 403)


@pytest.mark.parametrize("code", ["420304999999", "420305101200", "x", "4203041062051"])
def test_what_is_no_village_of_the_county_is_not_found(desk, code):
    desk.see(f"/desk/places/{code}", 404)
    desk.send(f"/desk/places/{code}/end", 404, **END)
    desk.send(f"/desk/places/{code}/listings", 404, **LISTED)


def test_nonsense_in_the_address_of_the_list_finds_nothing(desk):
    assert "没有这样的村" in desk.see("/desk/places?q=%25_&state=poor")
    assert "会沟村" in desk.see("/desk/places?q=会沟&state=nonsense&page=x")


@pytest.mark.parametrize("code", ["%00", f"{HUIGOU[:-1]}%00", "9" * 200, "huigou"])
def test_what_is_no_code_is_no_village(desk, code):
    """No database looks for a NUL, and PostgreSQL says so loudly."""
    desk.see(f"/desk/places/{code}", 404)
    desk.send(f"/desk/places/{code}/end", 404, **END)
