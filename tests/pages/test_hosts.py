"""Hosts and agencies on their pages: applied for, decided, suspended, and under contract."""

from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.core.identity import OrganisationKind, Role
from marketplace.hosts.models import Agency, AgencyContract, Host, HostApplication
from marketplace.hosts.rules.agreement import VERSION
from tests.county import START, person
from tests.hosts.applying import PHOTO, USCC, an_identity, anew

NUMBER = an_identity()


def typed(**changes):
    plain = {
        "kind": "HOST",
        "name": "<b>山里的小陈</b>",
        "code": "ｘｉａｏｃｈｅｎ",
        "real_name": "陈演示",
        "identity": NUMBER,
        "phone": "138 0000 0000",
        "photo": (BytesIO(PHOTO), "身份证.jpg"),
        "agreement": VERSION,
    }
    return {**plain, **changes}


@pytest.fixture
def host(session, county):
    row = Host(name="云霞说山货", code="YUNXIA", joined_at=START)
    session.add(row)
    session.flush()
    who = person(session, "host@test", (OrganisationKind.HOST, row.id, Role.HOST))
    session.commit()
    return who


@pytest.fixture
def agent(session, county):
    row = Agency(name="郧山传媒", uscc=USCC, joined_at=START)
    session.add(row)
    session.flush()
    who = person(session, "agent@test", (OrganisationKind.AGENCY, row.id, Role.CLERK))
    session.commit()
    return who


def test_from_the_profile_to_the_hosts_own_page(road, session, county):
    shopper, centre = road.visit(county.shopper), road.visit(county.operator)
    assert "申请成为主播" in shopper.see("/me")
    assert VERSION in shopper.see("/host/apply")
    shopper.send("/host/apply", **typed())
    page = shopper.see("/host/apply")
    assert "等运营中心审核" in page
    assert "&lt;b&gt;山里的小陈&lt;/b&gt;" in page
    road.count()
    assert "待审核的主播" in centre.see("/desk/")
    assert "XIAOCHEN" in centre.see("/desk/hosts")
    masked = centre.see("/desk/hosts/applications/1")
    assert f"****{NUMBER[-4:]}" in masked
    assert NUMBER not in masked
    assert "陈演示" not in masked
    centre.send("/desk/hosts/applications/1/admit")
    assert "已通过" in shopper.see("/host/apply")
    new = road.visit(anew(session, county.shopper))
    assert "XIAOCHEN" in new.see("/host/")
    assert "看这位主播" in centre.see("/desk/hosts/applications/1")


def test_what_was_sealed_is_opened_whole_only_when_asked_and_recorded(road, county):
    road.visit(county.shopper).send("/host/apply", **typed())
    centre = road.visit(county.operator)
    answer = centre.send("/desk/hosts/applications/1/reveal", 200)
    assert NUMBER in answer.text
    assert "陈演示" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert NUMBER not in centre.see("/desk/hosts/applications/1")
    photo = centre.send("/desk/hosts/applications/1/photo", 200)
    assert photo.data == PHOTO
    assert photo.headers["Cache-Control"] == "no-store"
    assert photo.headers["X-Content-Type-Options"] == "nosniff"
    actions = road.look(select(AuditEntry.action).order_by(AuditEntry.id))
    assert actions[-2:] == ["host.revealed", "host.photo_opened"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"identity": "0"}, "最后一位是校验码"),
        ({"identity": "-1"}, "最后一位是校验码"),
        ({"identity": "1.5"}, "最后一位是校验码"),
        ({"identity": "1e9"}, "最后一位是校验码"),
        ({"identity": ""}, "请填写这一项"),
        ({"code": "1"}, "3 到 12 个字母或数字"),
        ({"code": "A" * 10_000}, "最多 40 个字"),
        ({"name": "字" * 10_000}, "最多 60 个字"),
        ({"name": "山\x00里"}, "控制字符"),
        ({"phone": "打不通"}, "请填写能打通的电话"),
        ({"photo": (BytesIO(b"<svg onload='x'>"), "x.png")}, "只能上传"),
        ({"photo": (BytesIO(b""), "")}, "请上传证件的照片"),
        ({"agreement": ""}, "请读完协议"),
        ({"agreement": "1999"}, "请读完协议"),
        ({"kind": "KING"}, "请从给出的选项中选择一项"),
        ({"kind": "AGENCY", "code": "", "uscc": "123"}, "统一社会信用代码是 18 位"),
    ],
)
def test_what_does_not_fit_is_named_and_what_was_typed_stays(road, county, changes, words):
    answer = road.visit(county.shopper).send("/host/apply", 422, **typed(**changes))
    assert words in unescape(answer.text)
    assert 'value="陈演示"' in answer.text
    assert road.look(select(HostApplication)) == []


def test_a_second_click_is_told_and_a_withdrawal_makes_room(road, county):
    shopper = road.visit(county.shopper)
    shopper.send("/host/apply", **typed())
    assert "正在等运营中心审核" in shopper.send("/host/apply", 409, **typed(code="OTHER")).text
    shopper.send("/host/apply/1/withdraw")
    shopper.send("/host/apply/1/withdraw")
    assert 'name="identity"' in shopper.see("/host/apply")
    shopper.send("/host/apply", **typed())


def test_a_refusal_needs_a_reason_that_the_applicant_reads(road, county):
    road.visit(county.shopper).send("/host/apply", **typed())
    centre = road.visit(county.operator)
    page = "/desk/hosts/applications/1"
    assert "请填写这一项" in centre.send(f"{page}/refuse", 422, words=" ").text
    centre.send(f"{page}/refuse", words="照片看不清")
    assert "刷新页面" in centre.send(f"{page}/admit", 409).text
    shopper = road.visit(county.shopper)
    assert "照片看不清" in shopper.see("/host/apply")
    assert 'name="identity"' in shopper.see("/host/apply")


def test_an_official_does_not_decide_about_themselves(road, county):
    own = road.visit(county.operator)
    own.send("/host/apply", **typed())
    page = own.see("/desk/hosts/applications/1")
    assert "要由另一位同事办理" in page
    assert "核对属实" not in page
    own.send("/desk/hosts/applications/1/admit", 403)
    road.visit(county.cashier).send("/desk/hosts/applications/1/admit")


def test_the_auditor_reads_without_what_was_sealed(road, county, host):
    road.visit(county.shopper).send("/host/apply", **typed())
    auditor = road.visit(county.auditor)
    page = auditor.see("/desk/hosts/applications/1")
    assert "只有审核的工作人员能打开" in page
    assert NUMBER[-4:] not in page
    for act in ("reveal", "photo", "admit", "refuse"):
        auditor.send(f"/desk/hosts/applications/1/{act}", 403, words="x")
    auditor.see("/desk/hosts/1")
    auditor.send("/desk/hosts/1/suspend", 403, words="x")


def test_strangers_stay_outside(road, county, host, agent):
    road.visit(county.shopper).send("/host/apply", **typed())
    stranger = road.visit(county.buyer)
    stranger.see("/desk/hosts", 403)
    stranger.send("/desk/hosts/applications/1/reveal", 403)
    stranger.send("/host/apply/1/withdraw", 404)
    stranger.see("/host/agency", 403)
    stranger.see("/agency/", 403)
    stranger.see("/account/host/1", 404)
    stranger.see("/account/agency/1", 404)
    road.visit(host).see("/agency/1", 403)
    road.visit(agent).see("/agency/2", 404)
    road.visit(agent).send("/agency/2/contracts", 404)
    centre = road.visit(county.operator)
    for missing in ("applications/99", "99", "99999999999999999999"):
        centre.see(f"/desk/hosts/{missing}", 404)
    centre.send("/desk/hosts/1/burn", 404)
    centre.send("/desk/agencies/99/suspend", 404, words="x")
    assert road.visit(None).client.get("/host/apply").status_code == 302


def test_a_suspended_host_reads_why(road, county, host):
    centre = road.visit(county.operator)
    page = "/desk/hosts/1"
    centre.send(f"{page}/suspend", 422, words="")
    centre.send(f"{page}/suspend", words="夸大功效")
    centre.send(f"{page}/suspend", words="再点一次")
    assert "云霞说山货" in centre.see("/desk/hosts?tab=suspended")
    assert "夸大功效" in road.visit(host).see("/host/")
    centre.send(f"{page}/lift", words="")
    assert "夸大功效" not in road.visit(host).see("/host/")
    centre.send(f"{page}/trust")
    assert "免预审" in centre.see("/desk/hosts?tab=hosts")
    centre.send(f"{page}/untrust", 422, words="")
    centre.send(f"{page}/untrust", words="清单有误")
    assert "清单有误" in centre.see(page)


def test_the_register_is_searched_by_name_and_code(road, county, host):
    centre = road.visit(county.operator)
    assert "云霞说山货" in centre.see("/desk/hosts?tab=hosts&named=yun")
    for named in ("没有这个人", "%25", "x" * 10_000, "_"):
        assert "没有找到" in centre.see(f"/desk/hosts?tab=hosts&named={named}")
    for odd in ("tab=nonsense&page=-1", "tab=hosts&named=%00", "tab=hosts&named=%ED%A0%80"):
        centre.see(f"/desk/hosts?{odd}")


def test_an_agency_proposes_a_host_agrees_and_either_ends(road, county, host, agent):
    agency, streamer = road.visit(agent), road.visit(host)
    assert "经纪机构" in agency.see("/agency/")
    wanted = {
        "code": "yunxia",
        "share": "１２．５５%",
        "from_on": "2026-11-23",
        "until_on": "2029-11-23",
    }
    agency.send("/agency/1/contracts", **wanted)
    assert "等主播答复" in agency.see("/agency/1")
    again = agency.send("/agency/1/contracts", 409, **wanted)
    assert "正在等答复" in again.text
    page = streamer.see("/host/agency")
    assert "12.55%" in page
    assert "等您答复" in page
    road.visit(county.shopper).send("/host/agency/1/agree", 403)
    streamer.send("/host/agency/99/agree", 404)
    streamer.send("/host/agency/1/agree")
    streamer.send("/host/agency/1/agree")
    assert "有效" in agency.see("/agency/")
    refused = streamer.send("/host/agency/1/end", 422, ends_on="2026-11-22", reason="太早")
    assert "不能早于今天" in refused.text
    streamer.send("/host/agency/1/end", 422, ends_on="bald", reason="")
    streamer.send("/host/agency/1/end", ends_on="2026-11-24", reason="合作不顺")
    assert "合作不顺" in agency.see("/agency/")
    (contract,) = road.look(select(AgencyContract))
    assert contract.until_on.isoformat() == "2026-11-23"
    assert contract.share_ppm == 125_500


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"share": "-1"}, "请填写百分数"),
        ({"share": "100.01"}, "0 到 100 之间的百分数"),
        ({"share": "1e9"}, "请填写百分数"),
        ({"share": "1.555"}, "最多两位小数"),
        ({"share": ""}, "请填写这一项"),
        ({"code": "NOBODY"}, "没有这个口令的主播"),
        ({"code": "x" * 10_000}, "最多 40 个字"),
        ({"code": "1\x00"}, "控制字符"),
        ({"from_on": "2026-11-22"}, "不能早于今天"),
        ({"until_on": "2029-11-24"}, "最长 3 年"),
        ({"until_on": "明年"}, "请填写日期"),
    ],
)
def test_what_an_agency_cannot_propose_is_named(road, county, host, agent, changes, words):
    plain = {
        "code": "YUNXIA",
        "share": "20",
        "from_on": "2026-11-23",
        "until_on": "2027-11-22",
    }
    answer = road.visit(agent).send("/agency/1/contracts", 422, **{**plain, **changes})
    assert words in unescape(answer.text)


def test_a_suspended_agency_reads_why_and_proposes_nothing(road, county, host, agent):
    road.visit(county.operator).send("/desk/agencies/1/suspend", words="未经同意签约")
    page = road.visit(agent).see("/agency/")
    assert "未经同意签约" in page
    assert "向主播提出合约" not in page


def test_accounts_are_declared_on_the_page_that_everyone_uses(road, county, host, agent):
    account = {"holder": "杨云霞", "number": "６２２２ 0000 1111 2222", "bank": "农商行"}
    streamer = road.visit(host)
    assert "户名要与实名登记的姓名一致" in streamer.see("/account/host/1")
    streamer.send("/account/host/1/accounts", **account)
    assert "6222000011112222" in streamer.see("/account/host/1")
    streamer.see("/account/host/1/statement.csv", 404)
    agency = road.visit(agent)
    refused = agency.send("/account/agency/1/accounts", 422, **account)
    assert "户名要与机构名称" in unescape(refused.text)
    agency.send("/account/agency/1/accounts", **{**account, "holder": "郧山传媒"})
    assert "郧山传媒" in road.visit(county.cashier).see("/account/agency/1")
    road.visit(county.cashier).send("/account/agency/1/accounts", 403, **account)
    agency.send("/account/host/1/accounts/1/withdraw", 404)


def test_forms_carry_a_token(app, road, county, host):
    app.config["WTF_CSRF_ENABLED"] = True
    visitor = road.visit(county.shopper)
    assert visitor.client.post("/host/apply", data=typed()).status_code == 400
    assert road.look(select(HostApplication)) == []
