"""Forms of the desk keep what was typed where it was typed, and ask before what is final."""

import re
from datetime import date

import pytest
from sqlalchemy import inspect, select, update

from marketplace.catalogue.models import Outlet
from marketplace.core.identity import OrganisationKind
from marketplace.core.paging import PageRequest
from marketplace.entering.routes import papers
from marketplace.ordering.models import Purchase
from marketplace.payments.models import BankLine, GatewayEvent, Payout, Settlement
from marketplace.payments.queries import batches
from marketplace.producers.models import Producer
from marketplace.producers.rules import make_uscc
from marketplace.quota.models import QuotaRule
from marketplace.search.queries import list_synonyms
from tests.administration.people import appoint
from tests.conftest import NOON
from tests.county import person
from tests.pages.test_own_producer import handed_in
from tests.pages.test_rules import text
from tests.pages.test_settlements import december, settled  # noqa: F401
from tests.pages.test_transfers import ask, line_of, take_in

DAY = {"on_day": "2026-07-01", "reason": "郧编办〔2026〕7 号"}


def test_whoever_goes_back_from_the_preview_finds_what_they_typed(road, county):
    _purchase_id, payment = ask(road)
    take_in(road, line_of(payment, words="货款"))
    (line_id,) = road.look(select(BankLine.id))
    cashier, path = road.visit(county.cashier), f"/desk/transfers/{line_id}/give"
    typed = {"name-1": payment.remittance_code, "amount-1": "77.25", "unit": "区财政局"}
    assert "返回修改" in cashier.send(path, 200, **typed).text
    page = cashier.send(path, 200, **typed, confirmed="back").text
    assert [f'value="{words}"' in page for words in typed.values()] == [True] * 3
    assert ("这笔钱是付什么的" in page, "error-summary" in page) == (True, False)
    assert road.look(select(BankLine.state)) == ["WAITING"]


def test_a_refused_group_of_words_is_not_taken_for_a_new_one(road, county, session):
    desk = road.visit(county.operator)
    desk.send("/desk/words", words="苞谷 玉米")
    (group,) = list_synonyms(session)
    session.rollback()
    page = desk.send(f"/desk/words/{group.id}", 422, words="苞谷").text
    fields = dict(re.findall(r'id="(words[-\d]*)"[^>]*value="([^"]*)"', page))
    fields |= {mark: words for words, mark in re.findall(r'value="([^"]*)" id="(words)"', page)}
    assert fields == {"words": "", f"words-{group.id}": "苞谷"}
    page = desk.send("/desk/words", 422, words="土豆").text
    assert 'value="土豆"' in page
    assert 'value="苞谷 玉米"' in page


def test_a_rule_is_published_and_thrown_away_after_a_question(road, county):
    official = road.visit(county.operator)
    official.send("/desk/rules/new", **text())
    (draft_id,) = road.look(select(QuotaRule.id).where(QuotaRule.published_at.is_(None)))
    page = official.see(f"/desk/rules/{draft_id}")
    assert "不能再改,也不能撤回" in page
    assert "确认删除" in page


@pytest.mark.parametrize(("is_hard", "words"), [("1", "不允许"), ("", "会留下记录")])
def test_a_published_cap_says_whether_it_is_hard(road, county, is_hard, words):
    official = road.visit(county.operator)
    official.send("/desk/rules/new", **text(code="cap", basis="PER_HEAD_CAP", is_hard=is_hard))
    (draft_id,) = road.look(select(QuotaRule.id).where(QuotaRule.code == "cap"))
    official.send(f"/desk/rules/{draft_id}/publish")
    facts = official.see(f"/desk/rules/{draft_id}").partition("超出上限</dt>")[2]
    assert words in facts.partition("</div>")[0]


@pytest.mark.parametrize(
    ("what", "asked"), [("merge", 1), ("split", 1), ("rename", 0), ("move", 0)]
)
def test_what_ends_a_unit_is_asked_about_first(road, county, what, asked):
    page = road.visit(county.operator).see(f"/desk/units/{county.unit_id}/succession?what={what}")
    assert page.count("不能撤回") == asked
    labels = re.findall(r'<label class="field-label" for="[^"]*">([^<]*)', page)
    assert len(labels) == len({one.strip() for one in labels})


def test_a_limit_is_changed_from_what_it_is(road, county):
    desk, path = road.visit(county.operator), f"/desk/units/{county.unit_id}/credit"
    desk.send(path, limit="1234.50", reason="年初核定")
    assert 'value="1,234.50"' in desk.see(path)
    desk.send(path, limit="1,234.50", reason="不变")
    assert "¥1,234.50" in desk.see(path)


def test_no_payment_at_all_is_not_a_payment_that_was_not_found(road, county):
    desk = road.visit(county.cashier)
    assert "没有等待核对的付款" in desk.see("/desk/payments")
    assert "还没有到账的付款" in desk.see("/desk/payments?tab=received")
    assert "没有找到付款" in desk.see("/desk/payments?q=ABC")


def test_an_outlet_is_closed_after_a_question(road, county):
    desk = road.visit(county.operator)
    desk.send("/desk/outlets", name="一号柜", kind="CABINET", place="大厅")
    assert "停用以后不能恢复" in desk.see("/desk/outlets")
    (outlet_id,) = road.look(select(Outlet.id))
    desk.send(f"/desk/outlets/{outlet_id}/close")
    assert "停用以后不能恢复" not in desk.see("/desk/outlets")


def test_an_account_names_orders_by_their_numbers(road, county):
    order_id = road.deliver((county.mushrooms, 1))
    (line,) = road.lines(order_id)
    road.visit(county.buyer).send(f"/orders/{order_id}/accept", **{f"accepted-{line.id}": 1})
    page = road.visit(county.auditor).see("/desk/accounts")
    account = re.findall(r"/desk/ledger\?q=([^\"]*producer[^\"]*)", page)[0]
    page = road.visit(county.auditor).see(f"/desk/ledger?q={account}")
    assert f'href="/orders/{order_id}">{road.order(order_id).number}</a>' in page


def test_the_gateway_names_purchases_by_their_numbers(road, county, session):
    purchase_id, payment = ask(road)
    told = {"kind": "charge.dispute", "payload": "{}", "received_at": NOON, "effect": "ODD"}
    session.add(GatewayEvent(event_id="evt_1", payment_id=payment.id, **told))
    session.add(GatewayEvent(event_id="evt_2", **told))
    session.commit()
    (number,) = road.look(select(Purchase.number))
    page = road.visit(county.auditor).see("/desk/gateway")
    assert f'href="/purchases/{purchase_id}">{number}</a>' in page


def test_contractors_are_found_and_turned_over(road, county):
    desk = road.visit(county.operator)
    assert "还没有承包企业" in desk.see("/desk/contractors")
    for number in range(1, 52):
        uscc = make_uscc("420304", number)
        desk.send("/desk/contractors", name=f"老灶{number:03}", uscc=uscc, phone="0719-7220000")
    page = desk.see("/desk/contractors")
    assert ("老灶001" in page, "老灶051" in page, 'rel="next"' in page) == (True, False, True)
    assert "老灶051" in desk.see("/desk/contractors?page=3") + desk.see("/desk/contractors?page=2")
    page = desk.see("/desk/contractors?q=灶007")
    assert ("老灶007" in page, "老灶008" in page) == (True, False)
    assert "老灶009" in desk.see(f"/desk/contractors?q={make_uscc('420304', 9).lower()}")
    assert "没有找到承包企业" in desk.see("/desk/contractors?q=%25")


def test_a_refused_ending_of_a_role_is_not_taken_for_a_new_one(road, county, session):
    three = appoint(session, county)
    system, page = road.visit(three.system), f"/desk/people/{county.buyer.person_id}"
    ended = {"ask": "END", "organisation_kind": "UNIT", "role": "BUYER", "reason": "调走" * 400}
    answer = system.send(f"{page}/roles", 422, organisation_id=str(county.unit_id), **ended).text
    assert answer.count(ended["reason"]) == 1
    form = answer.partition("申请一个角色")[2]
    assert ended["reason"] not in form
    assert f'value="{county.unit_id}"' not in form.partition("</form>")[0]
    assert re.search(r'<details class="confirm" open><summary>申请结束', answer)


def test_an_official_is_offered_no_product_of_their_own_producer(road, county, session):
    handed_in(session, county)
    (centre_id,) = county.auditor.organisations(OrganisationKind.CENTRE)
    both = person(
        session,
        "both@test",
        ("CENTRE", centre_id, "OPERATOR"),
        ("PRODUCER", county.producer_id, "CLERK"),
    )
    session.commit()
    assert "/publish" in road.visit(county.operator).see("/desk/products")
    assert "/publish" not in road.visit(both).see("/desk/products")


def test_producers_beyond_those_that_are_listed_are_counted(road, county, session, monkeypatch):
    session.execute(update(Producer).values(verify_by=date(2026, 11, 1)))
    session.commit()
    desk = road.visit(county.operator)
    assert "只列出最先到期的" not in desk.see("/desk/verifications")
    monkeypatch.setattr(papers, "MOST_DUE", PageRequest(1, 1))
    assert "只列出最先到期的 1 家" in desk.see("/desk/verifications")


def test_a_payment_that_was_asked_for_is_told_beside_its_settlement(december, county):  # noqa: F811
    cashier = settled(december, county)
    (settlement_id,) = december.look(select(Settlement.id))
    answer = cashier.send(f"/desk/settlements/{settlement_id}/pay", 409)
    assert "notice-bad" in answer.text


def test_payouts_beyond_those_that_are_listed_are_counted(
    december,  # noqa: F811
    county,
    session,
    monkeypatch,
):
    cashier = settled(december, county)
    waiting = session.scalars(select(Payout)).one()
    same = {
        one.key: getattr(waiting, one.key)
        for one in inspect(Payout).column_attrs
        if one.key not in ("id", "number", "settlement_id", "kind")
    }
    session.add(Payout(**same, number="T2", kind="CREDIT"))
    session.commit()
    assert "只列出最早的" not in cashier.see("/desk/payouts")
    monkeypatch.setattr(batches, "MOST", 1)
    assert "共 2 笔,这里只列出最早的 1 笔" in cashier.see("/desk/payouts")
