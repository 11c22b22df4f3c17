"""Livestreams on the pages of producers, hosts, officials and everyone."""

from html import unescape

import pytest
from sqlalchemy import select

from marketplace.livestream.models import (
    LiveSession,
    SessionEntry,
    SessionOffer,
    ShortLink,
)
from tests.livestream.planning import suspend, untrust
from tests.livestream.sessions import a_host

PLAN = {"kind": "OPEN", "rate": "１２.5%", "from_on": "2026-11-23", "until_on": "2026-12-22"}
EVENING = {"title": "秋菇专场", "starts_at": "2026-11-23T12:20", "ends_at": "2026-11-23T15:00"}
HASH = "AB" * 32


@pytest.fixture
def host(session, county):
    made = a_host(session)
    session.commit()
    return made


@pytest.fixture
def stage(road, county, host):
    """A host's browser with a session planned and a plan offered."""
    road.visit(county.clerk).send(f"/producer/{county.producer_id}/plans", **PLAN)
    visitor = road.visit(host[1])
    visitor.send("/host/sessions/new", **EVENING)
    return visitor


def goods_at(county) -> str:
    return f"/host/sessions/1/goods/{county.mushrooms.product_id}"


def hold_and_end(stage):
    """Started and ended, each by a second click too."""
    for _ in range(2):
        stage.send("/host/sessions/1/start")
    assert "直播中" in stage.see("/host/sessions/1")
    for _ in range(2):
        stage.send("/host/sessions/1/end")


def test_from_the_plan_to_the_record(road, county, host, stage):
    page = unescape(stage.see("/host/sessions/1/goods"))
    assert "12.5%" in page
    assert "椴木香菇" in page
    assert "红薯粉条" not in page
    assert "红薯粉条" in stage.see("/host/sessions/1/goods?all=1&q=粉条")
    stage.send(goods_at(county), rate="10", limit_per_person="3", minutes="15", script="会沟村的菇")
    noodles = f"/host/sessions/1/goods/{county.noodles.product_id}"
    stage.send(noodles, rate="8.25")
    offers = road.look(select(SessionOffer).order_by(SessionOffer.id))
    assert [(one.state, one.rate_ppm) for one in offers] == [
        ("AGREED", 100_000),
        ("PROPOSED", 82_500),
    ]
    maker = road.visit(county.other_clerk)
    theirs = f"/producer/{county.other_producer_id}/offers"
    assert "8.25%" in maker.see(theirs)
    maker.send(f"{theirs}/{offers[1].id}/agree")
    maker.send(f"{theirs}/{offers[1].id}/agree")
    assert "红薯粉条" in maker.see(f"{theirs}?state=AGREED")
    stage.send(f"/host/sessions/1/offers/{offers[1].id}/move", to="up")
    stage.send(f"/host/sessions/1/offers/{offers[1].id}", minutes="20", script="不断条")
    sheet = unescape(stage.see("/host/sessions/1/sheet"))
    assert sheet.index("红薯粉条") < sheet.index("椴木香菇")
    assert "12:40" in sheet
    assert all(code in sheet for code in road.look(select(ShortLink.code)))
    hold_and_end(stage)
    stage.send("/host/sessions/1/recording", link="https://live.example/1", sha256=HASH)
    stage.send("/host/sessions/1/correction", about="", words="口播价以页面为准")
    page = unescape(stage.see("/host/sessions/1"))
    assert HASH.lower() in page
    assert "口播价以页面为准" in page
    assert "2029年11月23日" in page
    assert "会沟村食用菌合作社" in page
    assert "已下播" in stage.see("/host/sessions?state=ENDED")
    desk = road.visit(county.operator)
    desk.send("/desk/sessions/1/correction", about="", words="已与录像核对")
    desk.send("/desk/sessions/1/correction", 422, words=" ")
    assert "已与录像核对" in desk.see("/desk/sessions/1")


def test_everyone_sees_what_is_on_and_comes_and_only_what_is_agreed(road, county, host, stage):
    stage.send(goods_at(county), rate="10")
    stage.send(f"/host/sessions/1/goods/{county.noodles.product_id}", rate="10")
    public = road.visit(None)
    assert "秋菇专场" in public.see("/sessions/")
    page = unescape(public.see("/sessions/1"))
    assert "椴木香菇" in page
    assert "红薯粉条" not in page
    (code,) = road.look(
        select(ShortLink.code).where(ShortLink.product_id == county.mushrooms.product_id)
    )
    assert f"/l/{code}" in page
    stage.send("/host/sessions/1/cancel", reason="主播生病")
    called_off = public.see("/sessions/1")
    assert "这一场已取消" in called_off
    assert f"/l/{code}" not in called_off
    assert "近期没有直播" in public.see("/sessions/")


def test_a_session_that_was_not_looked_at_is_nobodys_business(road, session, county, host, stage):
    untrust(session, host[0])
    session.commit()
    stage.send("/host/sessions/new", **{**EVENING, "title": "新人专场"})
    stage.send(f"/host/sessions/2/goods/{county.mushrooms.product_id}", rate="9", script="根治失眠")
    public, desk = road.visit(None), road.visit(county.operator)
    public.see("/sessions/2", 404)
    assert "新人专场" not in public.see("/sessions/")
    assert "预审" in unescape(stage.send("/host/sessions/2/start", 409).text)
    assert "新人专场" in desk.see("/desk/sessions")
    page = unescape(desk.see("/desk/sessions/2"))
    assert "根治" in page
    seen = max(road.look(select(SessionEntry.id).where(SessionEntry.session_id == 2)))
    desk.send("/desk/sessions/2/refuse", 422, seen=seen, reason=" ")
    desk.send("/desk/sessions/2/pass", 409, seen=seen - 1)
    desk.send("/desk/sessions/2/refuse", seen=seen, reason="不能说根治")
    assert "不能说根治" in stage.see("/host/sessions/2")
    (offer,) = road.look(select(SessionOffer.id).where(SessionOffer.session_id == 2))
    stage.send(f"/host/sessions/2/offers/{offer}", minutes="10", script="好吃")
    seen = max(road.look(select(SessionEntry.id).where(SessionEntry.session_id == 2)))
    auditor = road.visit(county.auditor)
    auditor.see("/desk/sessions/2")
    auditor.send("/desk/sessions/2/pass", 403, seen=seen)
    desk.send("/desk/sessions/2/pass", seen=seen)
    assert "新人专场" in public.see("/sessions/")
    stage.send("/host/sessions/2/start")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "请填写这一项"),
        ({"title": "场" * 81}, "最多 80 个字"),
        ({"title": "场" * 10_000}, "最多 80 个字"),
        ({"title": "a\x00"}, "控制字符"),
        ({"starts_at": "heute"}, "请填写日期和时间"),
        ({"starts_at": ""}, "请填写这一项"),
        ({"starts_at": "2026-13-40T25:61"}, "请填写日期和时间"),
        ({"starts_at": "1926-11-23T12:20"}, "请填写日期和时间"),
        ({"starts_at": "2026-11-20T12:20"}, "已经过去"),
        ({"starts_at": "2027-11-23T12:20"}, "60 天"),
        ({"ends_at": "2026-11-23T12:20"}, "最长 12 小时"),
        ({"ends_at": "2026-11-24T12:20"}, "最长 12 小时"),
    ],
    ids=lambda change: repr(change)[:40],
)
def test_a_session_that_cannot_be_is_named(road, host, changes, words):
    visitor = road.visit(host[1])
    answer = visitor.send("/host/sessions/new", 422, **{**EVENING, **changes})
    assert words in unescape(answer.text)
    assert road.look(select(LiveSession.id)) == []


def test_an_hour_in_full_width_digits_is_an_hour(road, host):
    road.visit(host[1]).send(
        "/host/sessions/new", **{**EVENING, "starts_at": "2026-11-23 １２:３０"}
    )
    assert len(road.look(select(LiveSession.id))) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rate": "50.5"}, "百分数"),
        ({"rate": "0"}, "百分数"),
        ({"rate": "10", "limit_per_person": "0"}, "请填写 1 到"),
        ({"rate": "10", "limit_per_person": "-1"}, "请填写整数"),
        ({"rate": "10", "limit_per_person": "1.5"}, "请填写整数"),
        ({"rate": "10", "limit_per_person": "1e9"}, "请填写整数"),
        ({"rate": "10", "minutes": "1e3"}, "请填写整数"),
        ({"rate": "10", "minutes": "721"}, "请填写 1 到 720"),
        ({"rate": "10", "script": "字" * 501}, "最多 500 个字"),
        ({"rate": "10", "script": "\x00"}, "控制字符"),
    ],
    ids=lambda fields: repr(fields)[:40],
)
def test_an_offer_that_cannot_be_is_named(road, county, stage, fields, words):
    assert words in unescape(stage.send(goods_at(county), 422, **fields).text)
    assert road.look(select(SessionOffer.id)) == []


def test_a_second_click_adds_nothing_twice(road, county, stage):
    stage.send(goods_at(county), rate="１０")
    assert "已经在这一场里" in unescape(stage.send(goods_at(county), 409, rate="10").text)
    assert "已在这一场" in stage.see("/host/sessions/1/goods")
    stage.see("/host/sessions/1/goods/999", 404)
    stage.see("/host/sessions/1/goods?q=%00&page=0")
    (offer,) = road.look(select(SessionOffer.id))
    for to in ("up", "down", "sideways", ""):
        stage.send(f"/host/sessions/1/offers/{offer}/move", to=to)
    stage.send(f"/host/sessions/1/offers/{offer}/remove")
    stage.send(f"/host/sessions/1/offers/{offer}/remove", 404)
    assert road.look(select(ShortLink.id)) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"link": "http://live.example/1", "sha256": HASH}, "https://"),
        ({"link": "javascript:alert(1)", "sha256": HASH}, "https://"),
        ({"link": "https://", "sha256": HASH}, "https://"),
        ({"link": "https://[", "sha256": HASH}, "https://"),
        ({"link": "https://a b", "sha256": HASH}, "https://"),
        ({"link": "https://x/" + "a" * 10_000, "sha256": HASH}, "最多 400 个字"),
        ({"link": "https://live.example/1", "sha256": "ab"}, "64 位"),
        ({"link": "https://live.example/1", "sha256": "g" * 64}, "64 位"),
        ({"link": "https://live.example/1", "sha256": ""}, "请填写这一项"),
    ],
    ids=lambda fields: repr(fields)[:50],
)
def test_a_recording_that_cannot_be_is_named(road, county, stage, fields, words):
    stage.send(goods_at(county), rate="10")
    stage.send("/host/sessions/1/start")
    stage.send("/host/sessions/1/recording", 409, link="https://live.example/1", sha256=HASH)
    stage.send("/host/sessions/1/end")
    answer = stage.send("/host/sessions/1/recording", 422, **fields)
    assert words in unescape(answer.text)
    stage.send("/host/sessions/1/correction", 422, words="")
    stage.send("/host/sessions/1/correction", 404, about="999", words="没有")


def test_another_hosts_sessions_are_not_there(road, session, county, host, stage):
    stage.send(goods_at(county), rate="10")
    _, other = a_host(session, "AHUA", "ahua@test")
    session.commit()
    stranger = road.visit(other)
    stranger.send("/host/sessions/new", **EVENING)
    assert "秋菇专场" in stranger.see("/host/sessions")
    (offer,) = road.look(select(SessionOffer.id))
    for page in ("", "/sheet", "/goods", "/goods/1", f"/offers/{offer}"):
        stranger.see(f"/host/sessions/1{page}", 404)
        road.visit(county.operator).see(f"/host/sessions/1{page}", 403)
    for verb in ("start", "end", "cancel", "recording", "correction", "goods/1"):
        stranger.send(f"/host/sessions/1/{verb}", 404, reason="x", rate="10")
    for verb in ("", "/move", "/remove"):
        stranger.send(f"/host/sessions/1/offers/{offer}{verb}", 404, minutes="1")
        # An offer of another session, under the address of one's own.
        stranger.send(f"/host/sessions/2/offers/{offer}{verb}", 404, minutes="1")
    stranger.see("/desk/sessions", 403)
    stranger.see("/host/sessions/999", 404)
    road.visit(None).see("/host/sessions", 302)
    assert road.look(select(LiveSession.state)) == ["PLANNED", "PLANNED"]


def test_a_suspended_host_is_told_what_it_cannot_do(road, session, county, host, stage):
    suspend(session, host[0])
    session.commit()
    assert "暂停" in stage.see("/host/sessions/1")
    assert "暂停" in unescape(stage.send(goods_at(county), 409, rate="10").text)
    assert "暂停" in unescape(stage.send("/host/sessions/new", 409, **EVENING).text)
    road.visit(None).see("/sessions/1", 404)


def test_the_host_is_told_of_forbidden_words_before_an_official_is(stage, county):
    stage.send("/host/sessions/new", **{**EVENING, "title": "全网最低价专场"})
    goods = f"/host/sessions/2/goods/{county.mushrooms.product_id}"
    stage.send(goods, rate="9", script="根治失眠")
    page = unescape(stage.see("/host/sessions/2"))
    assert "标题里有广告法不允许的说法:最低价、全网最。 请在开播前改掉。" in page
    assert "的讲解要点里有广告法不允许的说法:根治。" in page
    assert "不允许的说法" not in stage.see("/host/sessions/1")
