"""Recognitions in the browser: applied for, decided, published, searched, withdrawn."""

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from marketplace.catalogue.models import Certification, Product
from marketplace.certification.commands import issue_due
from tests.county import START
from tests.pages.recognitions import ATTESTED, applied, noticed


def test_an_application_is_filed_passed_published_and_issued(visit, county, certifiers, session):
    path = noticed(visit, county, certifiers)
    assert "2026年11月30日" in visit(None).see("/certified/notices")
    assert "散装橄榄油" in visit(None).see("/certified/notices")
    session.rollback()
    issue_due(session, START + timedelta(days=8))
    session.commit()
    page = visit(county.clerk).see(path)
    assert "证书 RD2026-" in page
    assert "签发证书" in page
    assert "已认定" in visit(county.auditor).see("/desk/certification?tab=certified")


def test_what_is_missing_is_named_and_what_was_typed_is_kept(visit, county, certifiers):
    path = f"/producer/{county.producer_id}/certification"
    clerk = visit(county.clerk)
    answer = clerk.send(path, 422, statement="收购 31 户", PRICE_FAIR="1")
    assert 'id="products-error"' in answer.text
    assert 'id="BENEFIT_TRUE-error"' in answer.text
    assert "收购 31 户</textarea>" in answer.text
    fields = {"product": str(county.oil.product_id), **ATTESTED}
    for typed in ("", "x" * 10_000, "a\x00b"):
        answer = clerk.send(path, 422, statement=typed, **fields)
        assert 'id="statement-error"' in answer.text


def test_someone_elses_product_is_no_choice(visit, county, certifiers):
    answer = visit(county.clerk).send(
        f"/producer/{county.producer_id}/certification",
        422,
        product=[str(county.noodles.product_id), "x", "-1", "9" * 30],
        statement="收购",
        **ATTESTED,
    )
    assert 'id="products-error"' in answer.text
    visit(county.other_clerk).see(f"/producer/{county.producer_id}/certification", 404)


def test_a_second_click_finds_the_application_there(visit, county, certifiers):
    applied(visit, county)
    fields = {"product": str(county.oil.product_id), "statement": "收购", **ATTESTED}
    path = f"/producer/{county.producer_id}/certification"
    assert "已经在申请" in visit(county.clerk).send(path, 409, **fields).text


def test_every_rung_is_another_person(visit, county, certifiers):
    path = applied(visit, county)
    operator = visit(county.operator)
    assert operator.send(f"{path}/pass", 409, rung="TOWNSHIP").status_code == 409
    operator.send(f"{path}/pass", **{"rung": "TOWNSHIP", "met-BENEFIT_SEEN": "1"})
    answer = operator.send(f"{path}/pass", 403, **{"rung": "SECTOR", "met-QUALITY_SEEN": "1"})
    assert "不同的人办理" in answer.text
    operator.send(f"{path}/pass", 409, rung="TOWNSHIP")
    visit(county.auditor).send(f"{path}/pass", 403, rung="SECTOR")
    visit(county.shopper).see(path, 404)
    visit(county.clerk).send(f"{path}/pass", 403, rung="SECTOR")


def test_a_return_names_its_reason_and_is_handed_in_again(visit, county, certifiers):
    path = applied(visit, county)
    operator = visit(county.operator)
    operator.send(f"{path}/return", 422, rung="TOWNSHIP", reason="")
    operator.send(f"{path}/return", rung="TOWNSHIP", reason="缺收购凭证")
    clerk = visit(county.clerk)
    assert "缺收购凭证" in clerk.see(path)
    fields = {"product": str(county.oil.product_id), "statement": "补了凭证", **ATTESTED}
    clerk.send(f"{path}/again", **fields)
    clerk.send(f"{path}/again", 409, **fields)
    assert "补了凭证" in operator.see(path)


def test_the_papers_of_an_application_can_be_had(visit, county, certifiers):
    path = noticed(visit, county, certifiers)
    about = f"certification:{path.rpartition('/')[2]}"
    clerk = visit(county.clerk)
    page = clerk.see(f"/papers?object={about}")
    assert "扶贫产品认定申请表" in page
    for kind in ("certification_application", "public_notice"):
        answer = clerk.send("/papers", kind=kind, object=about, format="pdf")
        sheet = clerk.see(answer.location)
        assert "会沟村食用菌合作社" in sheet
        assert "散装橄榄油" in sheet
    visit(county.shopper).see(f"/papers?object={about}", 404)


def test_the_notice_is_no_paper_before_it_begins(visit, county, certifiers):
    about = f"certification:{applied(visit, county).rpartition('/')[2]}"
    visit(county.clerk).send("/papers", 409, kind="public_notice", object=about, format="pdf")


def test_the_register_is_public_searched_and_taken_away(visit, county):
    public = visit(None)
    page = public.see("/certified?q=香菇")
    assert "椴木香菇" in page
    assert "红薯粉条" not in page
    assert "没有找到「%」的认定" in public.see("/certified?q=%25&township=abc")
    table = public.client.get("/certified.csv?q=香菇")
    assert table.data.startswith(b"\xef\xbb\xbf")
    lines = table.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "椴木香菇" in lines[1]
    book = CalamineWorkbook.from_filelike(io.BytesIO(public.client.get("/certified.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows] == ["商品", "椴木香菇", "红薯粉条"]
    public.see("/certified.pdf", 404)


@pytest.mark.parametrize("q", ["x" * 10_000, "a\x00b", "'; DROP TABLE product; --", "%_\\"])
def test_nonsense_finds_nothing_and_harms_nothing(visit, county, q):
    answer = visit(None).client.get("/certified", query_string={"q": q, "page": "1e9"})
    assert answer.status_code == 200


def test_the_register_asks_few_questions(visit, county, app):
    from marketplace.web import db

    asked = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    visit(None).see("/certified?q=香菇")
    selects = [one for one in asked if one.lstrip().upper().startswith("SELECT")]
    assert len(selects) <= 4


def test_a_withdrawal_shows_its_effect_before_it_is_done(visit, county, certifiers, road):
    order_id = road.place((county.mushrooms, 3))
    number = f"鄂扶 {county.mushrooms.product_id}"
    certifier = visit(certifiers[1])
    page = certifier.see(f"/desk/certificates?number={number}")
    assert road.order(order_id).number in page
    assert "按下单时的认定照常计入" in page
    mark = page.partition('name="effect" value="')[2].partition('"')[0]
    path = f"/desk/certificates?number={number}"
    certifier.send(path, 422, reason="", effect=mark)
    certifier.send(path, 409, reason="抽检不合格", effect="0-0-0-0-0")
    visit(county.operator).send(path, 403, reason="抽检不合格", effect=mark)
    certifier.send(path, reason="抽检不合格", effect=mark)
    assert "抽检不合格" in certifier.see(path)
    certifier.send(path, 409, reason="再一次", effect=mark)
    assert "椴木香菇" not in visit(None).see("/certified")
    (row,) = road.look(select(Certification).where(Certification.number == number))
    assert row.withdrawal_reason == "抽检不合格"
    assert road.lines(order_id)[0].is_certified
    certifier.see("/desk/certificates?number=没有", 404)


def test_the_countys_terms_are_set_by_those_who_recognise(visit, county, certifiers):
    fields = {"notice_days": "7", "valid_years": "2", "issuer": "区专班"}
    visit(county.operator).send("/desk/certification", 403, **fields)
    certifier = visit(certifiers[1])
    for wrong in ({"notice_days": "0"}, {"valid_years": "1.5"}, {"issuer": ""}):
        certifier.send("/desk/certification", 422, **{**fields, **wrong})
    certifier.send("/desk/certification", **fields)
    assert 'value="区专班"' in certifier.see("/desk/certification")


def test_the_form_says_until_when_each_product_is_recognised(visit, county):
    page = visit(county.clerk).see(f"/producer/{county.producer_id}/certification")
    mushrooms, oil = (
        page.partition(f'value="{one.product_id}"')[2].partition("</label>")[0]
        for one in (county.mushrooms, county.oil)
    )
    assert "已认定,至" in mushrooms
    assert "已认定" not in oil


def box(page, goods):
    return page.partition(f'value="{goods.product_id}"')[2].partition("</label>")[0]


def test_what_cannot_be_applied_for_is_shown_with_the_reason(visit, county, certifiers, session):
    path = f"/producer/{county.producer_id}/certification"
    clerk = visit(county.clerk)
    assert " disabled" not in box(clerk.see(path), county.oil)
    early = box(clerk.see(path), county.mushrooms)
    assert early.startswith(" disabled")
    assert "到期前 180 天起可以续办" in early
    application = applied(visit, county)
    held = box(clerk.see(path), county.oil)
    assert held.startswith(" disabled")
    assert "已在申请" in held
    visit(county.operator).send(f"{application}/return", rung="TOWNSHIP", reason="缺凭证")
    again = box(clerk.see(application), county.oil)
    assert again.startswith(" checked")
    session.get_one(Product, county.oil.product_id).state = "DRAFT"
    session.commit()
    assert "还没有上架" in box(clerk.see(path), county.oil)


def test_who_may_do_nothing_reads_whose_turn_it_is(visit, county, certifiers):
    path = applied(visit, county)
    clerk, operator = visit(county.clerk), visit(county.operator)
    assert "由运营中心办理,您不用做什么" in clerk.see(path)
    assert "有这项职责的同事" in visit(county.auditor).see(path)
    operator.send(f"{path}/pass", **{"rung": "TOWNSHIP", "met-BENEFIT_SEEN": "1"})
    assert "您已经办过其中一级" in operator.see(path)
    visit(certifiers[0]).send(f"{path}/return", rung="SECTOR", reason="缺报告")
    assert "等供应商修改" in operator.see(path)
    assert "轮到谁办" not in clerk.see(path)
    fields = {"product": str(county.oil.product_id), "statement": "补了", **ATTESTED}
    clerk.send(f"{path}/again", **fields)
    operator.send(f"{path}/refuse", rung="TOWNSHIP", reason="不符")
    assert "没有下一步" in clerk.see(path)


def test_whom_to_ask_is_on_every_page_about_recognitions(visit, county, certifiers):
    application = applied(visit, county)
    own = f"/producer/{county.producer_id}/certification"
    for who, path in (
        (None, "/certified"),
        (None, "/certified/notices"),
        (county.clerk, own),
        (county.clerk, application),
    ):
        assert 'href="/rules/qualification">电话和地址' in visit(who).see(path)


def test_a_wrong_number_is_told_with_the_way_out(visit, county, certifiers):
    page = visit(None).see("/certified?q=鄂扶 999999")
    assert "没有找到「鄂扶 999999」的认定" in page
    assert "核对编号" in page
    desk = visit(certifiers[1]).see("/desk/certificates?number=鄂扶 999999", 404)
    assert "没有编号为「鄂扶 999999」的认定" in desk


def test_what_is_not_in_force_is_found_and_says_since_when(visit, county, session):
    mushrooms, noodles = (
        session.scalars(
            select(Certification).where(Certification.product_id == goods.product_id)
        ).one()
        for goods in (county.mushrooms, county.noodles)
    )
    numbers = (mushrooms.number, noodles.number)
    mushrooms.withdrawn_on, mushrooms.withdrawal_reason = START.date(), "抽检不合格"
    noodles.valid_from, noodles.valid_until = date(2023, 1, 1), date(2025, 12, 31)
    session.commit()
    public = visit(None)
    assert "2026年11月23日 起撤销:抽检不合格" in public.see(f"/certified?q={numbers[0]}")
    assert "已过期,有效到 2025年12月31日" in public.see(f"/certified?q={numbers[1]}")
    assert numbers[0] not in public.see("/certified")
