"""Entering on its pages: applied for, looked at by three, shown in public, then a producer."""

import re
from io import BytesIO

import pytest

from marketplace.entering.commands import admit_due
from marketplace.producers.rules import make_uscc
from tests.county import HUIGOU
from tests.entering.steps import officers


@pytest.fixture
def three(session, county):
    return officers(session, county)


def typed(**changes):
    plain = {
        "name": "龙韵村菌业合作社",
        "kind": "COOPERATIVE",
        "uscc": make_uscc("420304", 77),
        "village_code": f"{HUIGOU} 会沟村",
        "phone": "0719-7220000",
        "story": "<script>alert(1)</script>",
        "food_kind": "LICENCE",
        "food_number": "JY14203040000001",
        "food_valid_until": "2028-01-01",
        "legal_name": "李明",
        "legal_tail": "１２３x",
        "bank": "农商行",
        "bank_number": "6222 0000 1111 2222",
        "benefit_village-1": HUIGOU,
        "benefit_kind-1": "WAGE",
        "households-1": "１２",
        "attest-true": "1",
        "attest-account": "1",
        "attest-conduct": "1",
        "licence": (BytesIO(b"\x89PNG\r\n\x1a\n licence"), "执照.png"),
        "food_paper": (BytesIO(b"%PDF-1.7 food"), "食品.pdf"),
    }
    return {**plain, **changes}


def test_from_the_draft_to_the_first_page_of_the_desk(road, session, county, three, clock):
    applicant = road.visit(county.shopper)
    assert "申请入驻" in applicant.see("/me")
    draft = {"name": "龙韵村菌业合作社", "kind": ""}
    applicant.send("/enter", **draft)
    assert 'value="龙韵村菌业合作社"' in applicant.see("/enter")
    applicant.send("/enter/submit", **typed())
    assert "等乡镇初审" in applicant.see("/enter")
    township, recommender, decider = (
        road.visit(one) for one in (three.township, three.recommender, three.decider)
    )
    assert "龙韵村菌业合作社" in township.see("/desk/entering")
    assert "&lt;script&gt;" in township.see("/enter/1")
    for code in ("licence", "food", "benefits"):
        township.send(f"/enter/1/requirements/{code}/verify")
    township.send("/enter/1/requirements/legal/waive", 422, words="")
    township.send("/enter/1/requirements/legal/waive", words="到场核对")
    township.send("/enter/1/requirements/legal/burn", 404)
    township.send("/enter/1/pass", 422)
    township.send("/enter/1/pass", words="属实")
    page = township.see("/enter/1")
    assert "这一步要由另一位同事办理" in page
    assert "免去了一项要求:核对过法定代表人(负责人)的身份" in page
    assert "<br>legal" not in page
    township.send("/enter/1/pass", 403)
    recommender.send("/enter/1/pass")
    decider.send("/enter/1/pass")
    public = road.visit(None)
    notice = public.see("/enter/notice")
    assert "龙韵村菌业合作社" in notice
    assert "6222" not in notice
    assert "123X" not in notice
    clock.advance(days=6)
    admit_due(session, clock())
    session.commit()
    assert "龙韵村菌业合作社" not in public.see("/enter/notice")
    assert "去供应商工作台" in applicant.see("/enter/1")
    assert "龙韵村菌业合作社" in applicant.see("/producer/3/papers")
    assert "JY14203040000001" in public.see("/producers/3")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uscc": "123"}, "统一社会信用代码是 18 位"),
        ({"name": "字" * 10_000}, "最多 120 个字"),
        ({"name": "龙\x00韵"}, "控制字符"),
        ({"kind": "TRADER"}, "请从给出的选项中选择一项"),
        ({"village_code": "会沟"}, "没有叫这个名字的村"),
        ({"households-1": "0"}, "请填写 1 到 10000 之间的整数"),
        ({"households-1": "-1"}, "请填写整数"),
        ({"households-1": "1.5"}, "请填写整数"),
        ({"households-1": "1000000000"}, "请填写 1 到 10000 之间的整数"),
        ({"food_valid_until": "明年"}, "请填写日期"),
        ({"food_valid_until": "2020-01-01"}, "食品证件已经到期"),
        ({"legal_tail": "123Y"}, "最后四位"),
        ({"attest-true": ""}, "请确认这一项"),
        ({"licence": (BytesIO(b"<svg onload='x'>"), "x.png")}, "只能上传"),
    ],
)
def test_what_does_not_fit_is_named_and_what_was_typed_stays(road, county, changes, words):
    page = road.visit(county.shopper).send("/enter/submit", 422, **typed(**changes)).text
    assert words in page
    assert 'value="农商行"' in page


def test_a_second_click_is_told_that_it_was_handed_in(road, county):
    applicant = road.visit(county.shopper)
    applicant.send("/enter/submit", **typed())
    assert "请刷新页面查看进展" in applicant.send("/enter/submit", 409, **typed()).text


def test_strangers_find_nothing(road, county):
    road.visit(county.shopper).send("/enter/submit", **typed())
    stranger = road.visit(county.buyer)
    stranger.see("/enter/1", 404)
    stranger.see("/enter/1/papers/1", 404)
    stranger.see("/enter/99999999999999999999", 404)
    stranger.see("/desk/entering", 403)
    stranger.send("/enter/1/pass", 403)
    assert road.visit(county.shopper).client.get("/enter/1/papers/1").status_code == 200


def test_the_auditor_sees_and_does_nothing(road, county):
    road.visit(county.shopper).send("/enter/submit", **typed())
    auditor = road.visit(county.auditor)
    assert "请您办理" not in auditor.see("/enter/1")
    auditor.send("/enter/1/pass", 403, words="x")
    auditor.send("/desk/entering/terms/notice", 403, days="1")


def test_days_are_set_at_the_desk(road, county):
    centre = road.visit(county.operator)
    centre.send("/desk/entering/terms/notice", 422, days="1.5")
    centre.send("/desk/entering/terms/notice", 422, days="366")
    centre.send("/desk/entering/terms/other", 404, days="3")
    centre.send("/desk/entering/terms/notice", days="７")
    assert 'value="7"' in centre.see("/desk/entering")


def test_papers_are_confirmed_and_compared(road, county, clock):
    clock.advance(days=200)
    clerk, centre = road.visit(county.clerk), road.visit(county.operator)
    path = f"/producer/{county.producer_id}/papers"
    assert "资料复核已于" in clerk.see(path)
    assert "已到期" in centre.see("/desk/verifications")
    clerk.send(path, 422, food_kind="LICENCE", food_number="")
    scan = (BytesIO(b"%PDF-1.7 x"), "执照.pdf")
    clerk.send(path, food_kind="FILING", food_number="备案 7", licence=scan)
    assert "等运营中心核对" in clerk.see(path)
    clerk.send(path, 409, food_kind="FILING", food_number="备案 7")
    assert "备案 7" in centre.see("/desk/verifications")
    assert clerk.client.get("/verifications/1/scans/1").status_code == 200
    road.visit(county.other_clerk).see("/verifications/1/scans/1", 404)
    road.visit(county.other_clerk).see(path, 404)
    centre.send("/desk/verifications/1/return", 422, words="")
    centre.send("/desk/verifications/1/return", words="请补新证")
    assert "请补新证" in clerk.see(path)
    clerk.send(path, food_kind="FILING", food_number="备案 8")
    (waiting,) = re.findall(r"/desk/verifications/(\d+)/verify", centre.see("/desk/verifications"))
    centre.send(f"/desk/verifications/{waiting}/verify")
    assert "备案 8" in road.visit(None).see(f"/producers/{county.producer_id}")
    road.visit(county.auditor).send(f"/desk/verifications/{waiting}/verify", 403)


def test_the_pages_speak_english(road, session, county, three):
    road.visit(county.shopper).send("/enter/submit", **typed())
    applicant = road.visit(county.shopper)
    applicant.send("/language", locale="en", next="/enter/1")
    page = applicant.see("/enter/1")
    assert "Waiting for the township" in page
    assert "was checked" in page
