"""Rules on their pages: read by everyone, drafted by one, published by another."""

from datetime import timedelta

import pytest

from marketplace.texts.commands import load_first
from marketplace.texts.models import LegalDraft, LegalText
from tests.county import START


@pytest.fixture
def first(session, county):
    load_first(session, START - timedelta(days=30), demonstration=True)
    session.commit()


def typed(**changes):
    plain = {
        "title": "售后规则",
        "body": "## 一、期限\n- 供应商 2 天内答复。<script>alert(1)</script>",
        "reason": "答复的期限由 3 天改为 2 天。",
        "in_force_from": "",
        "edition": "0",
    }
    return {**plain, **changes}


def publish(road, county):
    road.visit(county.operator).send("/desk/texts/after-sale", **typed())
    road.visit(county.cashier).send("/desk/texts/after-sale/publish", edition="1")


def test_everyone_reads_every_text(road, county, first):
    public = road.visit(None)
    index = public.see("/rules")
    for slug, words in (
        ("terms", "帮扶集服务协议"),
        ("privacy", "帮扶集隐私政策"),
        ("platform-rules", "帮扶集平台规则"),
        ("livestream", "帮扶集直播带货协议"),
        ("after-sale", "帮扶集售后规则"),
        ("qualification", "演示环境没有备案"),
    ):
        assert f"/rules/{slug}" in index
        assert words in public.see(f"/rules/{slug}")
        public.see(f"/rules/{slug}/compare")
    assert "/rules/privacy" in public.see("/")


def test_a_change_goes_from_the_draft_to_the_first_page_and_into_force(road, county, first, clock):
    writer, other, public = (road.visit(one) for one in (county.operator, county.cashier, None))
    assert "征求意见" not in public.see("/")
    writer.send("/desk/texts/after-sale", **typed())
    page = writer.see("/desk/texts/after-sale")
    assert "与最新版本相比" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "最后修改" in writer.send("/desk/texts/after-sale/publish", 403, edition="1").text
    assert "售后规则" not in public.see("/")
    other.send("/desk/texts/after-sale/publish", edition="1")
    home = public.see("/")
    assert "将从 2026年12月1日 起修改" in home
    assert "/rules/after-sale/compare?new=2" in home
    now = public.see("/rules/after-sale")
    assert "新版本将从 2026年12月1日 起生效" in now
    assert "供应商 3 天内答复" in now
    changed = public.see("/rules/after-sale/compare")
    assert "答复的期限由 3 天改为 2 天" in changed
    assert "<del>" in changed
    assert "向运营中心提意见" in changed
    assert "这个版本还没有生效" in public.see("/rules/after-sale?version=2")
    clock.advance(days=8)
    assert "供应商 2 天内答复" in public.see("/rules/after-sale")
    assert "已经由第 2 版代替" in public.see("/rules/after-sale?version=1")
    assert "征求意见" not in public.see("/")


@pytest.mark.parametrize(
    "path",
    [
        "/rules/nothing",
        "/rules/terms?version=9",
        "/rules/terms?version=0",
        "/rules/terms?version=-1",
        "/rules/terms?version=1.5",
        "/rules/terms?version=１",
        "/rules/terms?version=99999999999999999999",
        "/rules/terms/compare?old=7",
        "/rules/terms/compare?new=x",
    ],
)
def test_versions_that_are_not_there_are_not_found(road, county, first, path):
    road.visit(None).see(path, 404)


def test_before_anything_is_published_the_pages_say_so(road, county):
    public = road.visit(None)
    assert "还没有公布" in public.see("/rules/terms")
    public.see("/rules")
    public.see("/rules/terms/compare", 404)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "请填写这一项"),
        ({"title": "字" * 10_000}, "最多 80 个字"),
        ({"body": "字" * 20_001}, "最多 20000 个字"),
        ({"body": "条\x00文"}, "控制字符"),
        ({"reason": ""}, "请填写这一项"),
        ({"reason": "字" * 501}, "最多 500 个字"),
        ({"in_force_from": "明天"}, "请填写日期"),
        ({"in_force_from": "1e9"}, "请填写日期"),
    ],
)
def test_what_does_not_fit_is_named_and_what_was_typed_stays(road, county, first, changes, words):
    fields = typed(**changes)
    page = road.visit(county.operator).send("/desk/texts/after-sale", 422, **fields).text
    assert words in page
    kept = "reason" if "reason" not in changes else "title"
    assert fields[kept] in page
    assert not road.look(LegalDraft.__table__.select())


def test_full_width_days_are_read(road, county, first):
    writer = road.visit(county.operator)
    writer.send("/desk/texts/after-sale", **typed(in_force_from="２０２７-01-０１"))
    assert "2027年1月1日" in writer.see("/desk/texts/after-sale")


def test_a_day_within_the_notice_is_refused_with_the_earliest(road, county, first):
    road.visit(county.operator).send("/desk/texts/terms", **typed(in_force_from="2026-11-24"))
    answer = road.visit(county.cashier).send("/desk/texts/terms/publish", 409, edition="1")
    assert "最早 2026年12月1日 生效" in answer.text


def test_two_who_write_at_once_and_a_second_click_are_told(road, county, first):
    writer, other = road.visit(county.operator), road.visit(county.cashier)
    writer.send("/desk/texts/after-sale", **typed())
    page = other.send("/desk/texts/after-sale", 409, **typed(title="我的标题")).text
    assert "草稿又有改动" in page
    assert "我的标题" in page
    other.send("/desk/texts/after-sale/publish", 409, edition="x")
    other.send("/desk/texts/after-sale/publish", edition="1")
    assert "已经公布或放弃" in other.send("/desk/texts/after-sale/publish", 409, edition="1").text
    assert len(road.look(LegalText.__table__.select())) == 7


def test_a_draft_is_dropped(road, county, first):
    writer = road.visit(county.operator)
    writer.send("/desk/texts/after-sale", **typed())
    writer.send("/desk/texts/after-sale/drop", edition="1")
    assert not road.look(LegalDraft.__table__.select())


def test_the_auditor_reads_and_changes_nothing(road, county, first):
    auditor = road.visit(county.auditor)
    auditor.see("/desk/texts")
    road.visit(county.operator).send("/desk/texts/after-sale", **typed())
    page = auditor.see("/desk/texts/after-sale")
    assert "保存草稿" not in page
    assert "公布这个版本" not in page
    auditor.send("/desk/texts/after-sale", 403, **typed())
    auditor.send("/desk/texts/after-sale/publish", 403, edition="1")
    auditor.send("/desk/texts/after-sale/drop", 403, edition="1")


def test_the_desk_is_the_centres(road, county, first):
    for who in (county.buyer, county.clerk, county.shopper):
        visitor = road.visit(who)
        visitor.see("/desk/texts", 403)
        visitor.see("/desk/texts/terms", 403)
        visitor.send("/desk/texts/terms", 403, **typed())
    road.visit(None).see("/desk/texts", 302)


def test_english_pages_say_that_the_chinese_text_binds(road, county, first):
    public = road.visit(None)
    public.send("/language", locale="en")
    page = public.see("/rules/terms")
    assert "The Chinese text is the binding one." in page
    assert "Terms of service" in page
