"""Signals on their pages: listed, asked about, answered, closed; thresholds tried and published."""

from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.core.identity import Identity
from marketplace.outbox.models import OutboxMessage
from marketplace.oversight.commands import LOOK_JOB, look
from marketplace.oversight.models import Signal, SignalStep
from marketplace.oversight.queries.versions import get_version
from marketplace.oversight.rules.kinds import Kind
from tests.county import START, goods
from tests.ordering.steps import placed
from tests.oversight.finding import DAY

RULE = "/desk/signals/rules/exact_gap"
WIDE = "within_fen=5000&least_fen=1000"
PNG = b"\x89PNG\r\n\x1a\n delivery"


@pytest.fixture
def order(session, county):
    """An order that is what was missing to the fen, and the signal about it: its id is 1."""
    crate = goods(session, county.producer_id, "整箱香菇", 500_000)
    _purchase, (made,) = placed(session, county, county.wish((crate, 10)))
    look(session, get_version(session, Kind.EXACT_GAP, 1), DAY, START)
    session.commit()
    return made


def ask(road, county, side="UNIT", words="为什么正好是这个数?"):
    road.visit(county.operator).send("/desk/signals/1/ask", side=side, words=words)


def test_from_the_list_to_the_closed_signal(road, county, order):
    centre, finance = road.visit(county.operator), road.visit(county.finance)
    listed = centre.see("/desk/signals")
    assert "金额正好等于任务缺口" in listed
    assert "提示不是结论" in listed
    one = centre.see("/desk/signals/1")
    assert f'href="/orders/{order.id}"' in one
    assert "¥50,000.00" in one
    assert f"/unit/{county.unit_id}?year=2026" in one
    mine = f"/unit/{county.unit_id}/signals"
    assert "没有要说明的事" in finance.see(mine)
    finance.see(f"{mine}/1", 404)
    ask(road, county)
    assert "已询问,等答复" in centre.see("/desk/signals/1")
    assert "金额正好等于任务缺口" in finance.see(mine)
    assert "为什么正好是这个数?" in finance.see(f"{mine}/1")
    paper = (BytesIO(b"%PDF-1.7 plan"), "方案.pdf")
    finance.send(f"{mine}/1/answer", words="照着采购方案买的", file=paper)
    assert "照着采购方案买的" in centre.see("/desk/signals/1")
    assert centre.client.get("/signals/1/papers/1").data == b"%PDF-1.7 plan"
    assert "金额正好" in centre.see("/desk/signals?tab=answered")
    centre.send("/desk/signals/1/close", 422, reason=" ")
    centre.send("/desk/signals/1/close", reason="确认是误报")
    assert "确认是误报" in finance.see(f"{mine}/1")
    finance.send(f"{mine}/1/answer", 409, words="再说一句")
    centre.send("/desk/signals/1/reopen", reason="又有新情况")
    assert "又有新情况" in centre.see("/desk/signals/1")


def test_a_producer_answers_what_it_is_asked(road, county, order):
    clerk = road.visit(county.clerk)
    ask(road, county, "PRODUCER", "报价怎么来的?")
    mine = f"/producer/{county.producer_id}/signals"
    assert "报价怎么来的?" in clerk.see(f"{mine}/1")
    clerk.send(f"{mine}/1/answer", words="按标价")
    road.visit(county.finance).see(f"/unit/{county.unit_id}/signals/1", 404)
    road.visit(county.other_clerk).see(f"{mine}/1", 404)


def test_filters_stay_in_the_address_and_files_hold_what_is_shown(road, county, order):
    auditor = road.visit(county.auditor)
    for wanted in ("kind=EXACT_GAP", "unit=财政", "producer=会沟", "month=2026-11"):
        assert 'href="/desk/signals/1"' in auditor.see(f"/desk/signals?{wanted}")
        sheet = auditor.client.get(f"/desk/signals.csv?{wanted}").data
        assert sheet.startswith(b"\xef\xbb\xbf")
        (head, line) = sheet.decode().splitlines()[:2]
        assert order.number in line
        assert "金额" in head
        assert line.split(",")[7].replace(".", "").isdigit()
    for nothing in ("kind=SHARED", "unit=档案", "producer=粉条", "month=2026-10", "tab=closed"):
        assert 'href="/desk/signals/1"' not in auditor.see(f"/desk/signals?{nothing}")
        assert order.number not in auditor.client.get(f"/desk/signals.csv?{nothing}").text
    book = auditor.client.get("/desk/signals.xlsx")
    assert book.data.startswith(b"PK")
    assert "kind=EXACT_GAP" in auditor.see("/desk/signals?kind=EXACT_GAP")


@pytest.mark.parametrize(
    "nonsense",
    [
        "kind=MOON",
        "tab=moon",
        "month=2026-13",
        "month=２０２６-11",
        "month=2026-11-01",
        "unit=%00",
        "unit=" + "长" * 10_000,
        "page=1e9",
        "page=-1",
        "producer=%25",
        "kind=0&unit=-1&producer=1.5",
    ],
)
def test_what_cannot_be_looked_for_does_no_harm(road, county, order, nonsense):
    auditor = road.visit(county.auditor)
    auditor.see(f"/desk/signals?{nonsense}")
    assert auditor.client.get(f"/desk/signals.csv?{nonsense}").status_code == 200


def test_the_auditor_reads_everything_and_changes_nothing(road, county, order):
    ask(road, county)
    auditor = road.visit(county.auditor)
    page = auditor.see("/desk/signals/1")
    assert "发出询问" not in page
    assert "关闭这条提示" not in page
    auditor.see("/desk/signals/rules")
    assert "发布新版本" not in auditor.see(f"{RULE}?{WIDE}&try=1")
    for verb in ("ask", "close", "reopen"):
        auditor.send(f"/desk/signals/1/{verb}", 403, side="UNIT", words="x", reason="x")
    auditor.send(RULE, 403, within_fen="1", least_fen="1", reason="x")
    auditor.send(f"{RULE}/replay", 403, from_on="2026-01-01")
    answer = auditor.client.post(f"/unit/{county.unit_id}/signals/1/answer", data={"words": "x"})
    assert answer.status_code in {403, 404}
    assert len(road.look(select(SignalStep.id))) == 2


def others(county) -> list[Identity | None]:
    return [county.stranger, county.buyer, county.clerk, county.other_clerk, county.shopper]


def test_nobody_else_learns_of_any_of_it(road, county, order):
    ask(road, county)
    unit = f"/unit/{county.unit_id}/signals"
    for other in others(county):
        visitor = road.visit(other)
        for path in ("/desk/signals", "/desk/signals/1", "/desk/signals.csv", RULE):
            visitor.see(path, 403)
        for path in (unit, f"{unit}/1", "/signals/1/papers/1"):
            visitor.see(path, 404)
        visitor.send(f"{unit}/1/answer", 404, words="x")
        visitor.send("/desk/signals/1/close", 403, reason="x")
    public = road.visit(None)
    for path in ("/desk/signals", unit, f"{unit}/1", "/signals/1/papers/1"):
        assert public.client.get(path).status_code in (302, 401)
    centre = road.visit(county.operator)
    for path in ("/desk/signals/99", "/desk/signals/999999999999999999999", f"{unit}/99"):
        centre.see(path, 404)
    road.visit(county.finance).see("/unit/99/signals", 404)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"side": "UNIT", "words": ""}, "请填写这一项"),
        ({"side": "UNIT", "words": "\x00"}, "控制字符"),
        ({"side": "UNIT", "words": "长" * 10_000}, "最多 1000 个字"),
        ({"side": "MOON", "words": "留着的话"}, "请从给出的选项中选择"),
        ({"words": "留着的话"}, "请填写这一项"),
    ],
)
def test_a_question_that_cannot_be_asked_keeps_what_was_typed(road, county, order, fields, words):
    answer = road.visit(county.operator).send("/desk/signals/1/ask", 422, **fields).text
    assert words in answer
    if fields["words"] == "留着的话":
        assert "留着的话</textarea>" in answer


def test_an_answer_takes_only_papers_and_keeps_its_words(road, county, order):
    ask(road, county)
    path = f"/unit/{county.unit_id}/signals/1/answer"
    bad = (BytesIO(b"<html>"), "a.pdf")
    page = road.visit(county.finance).send(path, 422, words="我的说明", file=bad).text
    assert "只能上传" in page
    assert "我的说明</textarea>" in page
    road.visit(county.finance).send(path, 422, words="")


def test_thresholds_are_tried_published_and_the_past_is_looked_at_again(road, county, order):
    centre = road.visit(county.operator)
    assert "金额正好等于任务缺口" in centre.see("/desk/signals/rules")
    tried = centre.see(f"{RULE}?{WIDE}&try=1")
    assert "试算结果" in tried
    typed = {"within_fen": "５０００", "least_fen": "1000"}
    centre.send(f"{RULE}?{WIDE}&try=1", 422, **typed, reason="")
    centre.send(f"{RULE}?{WIDE}&try=1", **typed, reason="放宽一点")
    page = centre.see(RULE)
    assert "放宽一点" in page
    assert "¥5,000.00" in page
    centre.send(RULE, 302, **typed, reason="放宽一点")
    assert "与现在的一样" in centre.send(RULE, 422, **typed, reason="又一次").text
    centre.send(f"{RULE}/replay", 422, from_on="bald")
    centre.send(f"{RULE}/replay", 422, from_on="2026-11-23")
    road.visit(county.operator).see("/desk/signals/rules/moon", 404)
    assert road.look(select(OutboxMessage.id).where(OutboxMessage.job == LOOK_JOB)) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("within_fen=-1&least_fen=1", "金额不能是负数"),
        ("within_fen=1e9&least_fen=1", "请填写金额"),
        ("within_fen=&least_fen=1", "请填写这一项"),
        ("within_fen=100000000&least_fen=1", "请填写"),
    ],
)
def test_thresholds_that_cannot_be_are_named(road, county, order, query, words):
    centre = road.visit(county.operator)
    page = centre.see(f"{RULE}?{query}&try=1")
    assert words in page
    assert "试算结果" not in page
    fields = dict(part.split("=") for part in query.split("&"))
    assert words in centre.send(RULE, 422, **fields, reason="x").text


@pytest.mark.parametrize(
    ("rule", "query", "words"),
    [
        ("over_median", "factor_ppm=950&days=1&lines=1&least_fen=0", "之间的百分数"),
        ("over_median", "factor_ppm=130&days=1.5&lines=1&least_fen=0", "请填写整数"),
        ("over_median", "factor_ppm=130&days=0&lines=1&least_fen=0", "之间的整数"),
        ("quick_review", "seconds=1000000000", "之间的整数"),
    ],
)
def test_measures_are_read_by_what_they_are(road, county, rule, query, words):
    assert words in road.visit(county.operator).see(f"/desk/signals/rules/{rule}?{query}&try=1")


def test_every_kind_has_its_pages(road, county, order, session):
    for kind in Kind:
        row = session.get_one(Signal, 1)
        row.kind = kind
        session.commit()
        centre = road.visit(county.operator)
        centre.see("/desk/signals")
        centre.see("/desk/signals/1")
        assert "系统自带" in centre.see(f"/desk/signals/rules/{kind.lower()}")


def test_photographs_come_with_an_acceptance(road, county):
    order_id = road.deliver((county.mushrooms, 2))
    (line,) = road.lines(order_id)
    given = {f"accepted-{line.id}": 2, "photographs": (BytesIO(PNG), "到货.png")}
    bad = {**given, "photographs": (BytesIO(b"%PDF-1.7"), "a.pdf")}
    buyer = road.visit(county.buyer)
    assert "只能上传" in buyer.send(f"/orders/{order_id}/accept", 422, **bad).text
    assert road.order(order_id).accepted_at is None
    buyer.send(f"/orders/{order_id}/accept", **given)
    again = {**given, "photographs": (BytesIO(PNG), "到货.png")}
    buyer.send(f"/orders/{order_id}/accept", **again)
    path = f"/orders/{order_id}/photographs/1"
    assert path in buyer.see(f"/orders/{order_id}")
    assert buyer.client.get(path).data == PNG
    buyer.see(f"/orders/{order_id}/photographs/2", 404)
    road.visit(county.stranger).see(path, 404)


def test_the_seller_on_an_invoice_is_kept_where_it_is_copied(road, county):
    order_id = road.deliver((county.mushrooms, 2))
    clerk = road.visit(county.clerk)
    typed = {"number": "26422000000123456789", "invoice_amount": "10", "issued_on": "2026-11-23"}
    path = f"/orders/{order_id}/invoices"
    page = clerk.send(path, 422, **typed, seller_uscc="9142").text
    assert "统一社会信用代码是 18 位" in page
    assert 'value="9142"' in page
    seller = "91420304MA4900001"
    clerk.send(path, 422, **typed, seller_uscc=seller)
    clerk.send(path, **typed, seller_uscc="")
    assert "销售方 " not in clerk.see(f"/orders/{order_id}")
