"""Buying by staff list: every row judged, amounts filled with sets, one purchase looked over."""

from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.catalogue.commands import change_price
from marketplace.core.closed import open_words
from marketplace.core.sheets import write_xlsx
from marketplace.ordering.commands import draft_purchase
from marketplace.ordering.models import Order, OrderLine, Purchase, PurchaseRecipient
from marketplace.ordering.queries.gift_proof import lists_that_disagree
from tests.county import CONSIGNEE, START

TERMS = {
    "fund": "UNION",
    "payment_terms": "POSTPAY",
    "consignee_name": CONSIGNEE.name,
    "consignee_phone": CONSIGNEE.phone,
    "consignee_address": CONSIGNEE.address,
    "nonce": "N1",
}
LIST = (
    "姓名\t部门\t电话\t慰问品\t金额\t份数\t地址\n"
    "王小明\t办公室\t\t椴木香菇 500 克\t\t１\t\n"
    "李梅\t财务科\t13912345678\t椴木香菇 + 红薯粉条×2\t\t\t武汉市洪山区 1 号\n"
    "赵强\t财务科\t\t\t200\t\t\n"
)


@pytest.fixture
def path(county):
    return f"/unit/{county.unit_id}/gifts"


@pytest.fixture
def drafted(county, visit, path):
    """A draft made of the list; its id."""
    answer = visit(county.buyer).send(path, list=LIST, step="make", **TERMS)
    return int(answer.location.split("/")[2])


def rows_of(session, model):
    session.rollback()
    found = list(session.scalars(select(model).order_by(model.id)))
    session.expunge_all()
    session.rollback()
    return found


def test_a_list_is_judged_row_by_row_and_becomes_one_purchase(county, visit, path, session):
    buyer = visit(county.buyer)
    page = unescape(buyer.send(path, 200, list=LIST, step="check").text)
    assert "3 人可以,0 人要改" in page
    assert "每人 200.00 元 · 1 人" in page
    assert rows_of(session, Purchase) == []
    answer = buyer.send(path, list=LIST, step="make", **TERMS)
    assert buyer.send(path, list=LIST, step="make", **TERMS).location == answer.location
    (purchase,) = rows_of(session, Purchase)
    assert (purchase.state, purchase.fund) == ("DRAFT", "UNION")
    people = rows_of(session, PurchaseRecipient)
    assert [(one.name, one.amount_fen) for one in people] == [
        ("王小明", None),
        ("李梅", None),
        ("赵强", 20_000),
    ]
    assert lists_that_disagree(session) == []
    session.rollback()


def test_freight_and_sum_are_seen_before_it_is_handed_in(county, visit, drafted, session):
    buyer = visit(county.buyer)
    page = unescape(buyer.see(f"/purchases/{drafted}/people"))
    assert "运费(2 个地址)" in page
    (purchase,) = rows_of(session, Purchase)
    total = purchase.goods_fen + purchase.freight_fen
    assert f'name="reviewed_fen" value="{total}"' in page
    buyer.send(f"/purchases/{drafted}/people/submit", reviewed_fen=total)
    buyer.send(f"/purchases/{drafted}/people/submit", reviewed_fen=total)
    (purchase,) = rows_of(session, Purchase)
    assert purchase.state == "IN_APPROVAL"
    assert "职工名单" in buyer.see(f"/purchases/{drafted}")
    assert "再换" not in buyer.see(f"/purchases/{drafted}/people")
    buyer.send(f"/purchases/{drafted}/people/replace", 409, list=LIST, step="make", **TERMS)


def test_a_price_that_rose_meanwhile_is_shown_before_it_counts(county, visit, drafted, session):
    (purchase,) = rows_of(session, Purchase)
    seen = purchase.goods_fen + purchase.freight_fen
    change_price(session, county.noodles.variant_id, 1_500, START)
    session.commit()
    buyer = visit(county.buyer)
    page = buyer.send(f"/purchases/{drafted}/people/submit", 409, reviewed_fen=seen).text
    (purchase,) = rows_of(session, Purchase)
    total = purchase.goods_fen + purchase.freight_fen
    assert purchase.state == "DRAFT"
    assert total != seen
    assert f'value="{total}"' in page
    buyer.send(f"/purchases/{drafted}/people/submit", reviewed_fen=total)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("\t办公室\t\t椴木香菇", "没有写姓名"),
        ("王小明\t\t\t", "没有写慰问品,也没有写金额"),
        ("王小明\t\t\t没有的东西", "没有找到「没有的东西」"),
        ("王小明\t\t\t椴木香菇\t0", "份数要写 1 到"),
        ("王小明\t\t\t椴木香菇\t-1", "份数要写 1 到"),
        ("王小明\t\t\t椴木香菇\t1.5", "份数要写 1 到"),
        ("王小明\t\t\t椴木香菇\t1e9", "份数要写 1 到"),
        ("王小明\t\t\t椴木香菇\t" + "9" * 400, "份数要写 1 到"),
        ("王小明\t\t\t300\t2", "按金额发的行不要写份数"),
        ("王小明\t\t\t0.00", "金额请写元"),
        ("王小明\t\t\t10000000000", "金额请写元"),
        ("王小明\t\t12\t椴木香菇", "电话:请填写能接通的电话号码"),
        ("王小明\t\t1380000000\t椴木香菇", "电话:请填写能接通的电话号码"),
        ("王小明\t\t\t椴木\x01香菇", "慰问品:里面有不能保存的控制字符"),
        ("王小明\t\t\t椴木香菇\t1\x02", "份数:里面有不能保存的控制字符"),
        ("王小明\t\t\t椴木香菇\t1\t武汉市 1 号", "要写电话"),
        ("王" * 61 + "\t\t\t椴木香菇", "最多 60 个字"),
        ("王小明\t\t\t椴木香菇×1001", "份数要写 1 到"),
        ("王小明\t\t\t椴木香菇×0", "没有找到「椴木香菇」"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_and_nothing_is_made(
    county, visit, path, session, row, words
):
    buyer = visit(county.buyer)
    page = unescape(buyer.send(path, 200, list=row, step="check").text)
    assert words in page
    assert "0 人可以,1 人要改" in page
    buyer.send(path, 422, list=row, step="make", **TERMS)
    assert rows_of(session, Purchase) == []


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "名单里没有人"),
        ("姓名\t慰问品\n", "名单里没有人"),
        ("李梅\t\t\t椴木香菇\n王小明\t\t\t椴木香菇\x00", "第 2 行第 4 列里有不能保存的控制字符"),
        ("王" * 10_000, "1000 个字"),
    ],
)
def test_what_is_no_list_is_refused(county, visit, path, pasted, words):
    assert words in unescape(visit(county.buyer).send(path, 422, list=pasted, step="check").text)


def test_the_same_person_twice_is_a_warning(county, visit, path):
    pasted = "王小明\t办公室\t\t椴木香菇\n王 小明\t办公室\t\t红薯粉条\n王小明\t财务科\t\t红薯粉条\n"
    page = unescape(visit(county.buyer).send(path, 200, list=pasted, step="check").text)
    assert page.count("与第 1 行是同一个人?") == 1
    assert "3 人可以" in page
    assert "生成采购单" in page


def test_files_are_taken_and_a_gift_may_be_a_number_with_a_cap(county, visit, path, session):
    rows = [
        ("序号", "姓名", "科室", "规格编号", "标准"),
        (1, "王小明", "办公室", county.noodles.variant_id, "20"),
        (2, "李梅", "办公室", county.mushrooms.variant_id, "20"),
    ]
    text = f"姓名,规格编号\n王小明,{county.noodles.variant_id}\n".encode("gb18030")
    buyer = visit(county.buyer)
    for name, content, words in (
        ("list.xlsx", write_xlsx(rows, START), "1 人可以,1 人要改"),
        ("list.csv", text, "1 人可以,0 人要改"),
    ):
        data = {"file": (BytesIO(content), name), "step": "check"}
        answer = buyer.client.post(path, data=data)
        assert words in unescape(answer.text)
    assert "这一行合 64.03 元" in unescape(
        buyer.client.post(
            path, data={"file": (BytesIO(write_xlsx(rows, START)), "a.xlsx"), "step": "check"}
        ).text
    )


def test_an_amount_is_filled_by_what_the_buyer_puts_together(county, visit, path, session):
    buyer = visit(county.buyer)
    pasted = "王小明\t\t\t100\n李梅\t\t\t100\n"
    own = {"own-10000": "椴木香菇 + 红薯粉条"}
    page = unescape(buyer.send(path, 200, list=pasted, step="check", **own).text)
    assert "每人 84.02 元,差 15.98 元" in page
    too_much = {"own-10000": "椴木香菇×2"}
    page = unescape(buyer.send(path, 422, list=pasted, step="make", **too_much, **TERMS).text)
    assert "128.06 元,超过了金额" in page
    strange = {"own-10000": "虫草"}
    assert "没有找到「虫草」" in unescape(
        buyer.send(path, 200, list=pasted, step="check", **strange).text
    )
    code = {"choice-10000": f"{county.noodles.variant_id}x3"}
    buyer.send(path, list=pasted, step="make", **code, **TERMS)
    (line,) = rows_of(session, OrderLine)
    assert (line.variant_id, line.quantity) == (county.noodles.variant_id, 6)


@pytest.mark.parametrize("code", ["x", "1x0", "999999999x1", "1x1-", "1x99999", "-1x1"])
def test_a_forged_choice_falls_back_to_what_comes_nearest(county, visit, path, code):
    page = visit(county.buyer).send(
        path, 200, list="王小明\t\t\t100\n", step="check", **{"choice-10000": code}
    )
    assert "生成采购单" in page.text


def test_stock_and_amounts_without_goods_are_told_in_words(county, visit, path):
    buyer = visit(county.buyer)
    page = buyer.send(
        path, 200, list="王小明\t\t\t椴木香菇\t1000\n李梅\t\t\t椴木香菇\n", step="check"
    )
    assert "名单共要 1001 件,库存只有 1000 件" in unescape(page.text)
    page = buyer.send(path, 200, list="王小明\t\t\t0.50\n", step="check")
    assert "没有找到每人 0.50 元以内" in unescape(page.text)
    many = "".join(f"职工{n}\t\t\t{n}.00\n" for n in range(100, 131))
    assert "一张名单最多 30 种金额,现在有 31 种" in unescape(
        buyer.send(path, 200, list=many, step="check").text
    )


def test_a_draft_is_replaced_by_a_list_that_starts_as_it_was(county, visit, drafted, session):
    buyer = visit(county.buyer)
    page = unescape(buyer.see(f"/purchases/{drafted}/people/replace"))
    assert f"{county.mushrooms.variant_id}×1 + {county.noodles.variant_id}×2" in page
    buyer.send(
        f"/purchases/{drafted}/people/replace", list="孙丽\t\t\t红薯粉条\n", step="make", **TERMS
    )
    assert [one.name for one in rows_of(session, PurchaseRecipient)] == ["孙丽"]
    assert len(rows_of(session, Order)) == 1
    visit(county.approver).see(f"/purchases/{drafted}/people/replace", 404)


def test_a_draft_without_a_list_has_none_to_replace(county, visit, session):
    ordinary = draft_purchase(session, county.buyer, county.wish((county.mushrooms, 2)), START)
    session.commit()
    buyer, place = visit(county.buyer), f"/purchases/{ordinary.id}/people"
    buyer.see(place, 404)
    buyer.see(f"{place}/replace", 404)
    buyer.send(f"{place}/replace", 404, list=LIST, step="make", **TERMS)
    assert rows_of(session, PurchaseRecipient) == []


def test_only_buyers_of_the_unit_make_lists(county, visit, path):
    visit(county.stranger).see(path, 404)
    visit(county.approver).see(path, 403)
    visit(county.shopper).send(path, 404, list=LIST, step="check")
    assert visit(county.buyer).client.get("/gifts").location == path
    assert "经办人" in visit(county.shopper).see("/gifts")
    assert path in visit(county.buyer).see(f"/unit/{county.unit_id}")
    assert "/gifts" in visit(county.buyer).see("/basket")
    assert "/gifts" not in visit(county.shopper).see("/basket")


def test_an_address_is_corrected_on_the_page(county, visit, drafted, session):
    buyer = visit(county.buyer)
    first = rows_of(session, PurchaseRecipient)[0]
    place = f"/people/{first.id}/address"
    wrong = {f"phone-{first.id}": "12", f"address-{first.id}": "武汉市 2 号"}
    assert "能接通的电话" in buyer.send(place, 422, **wrong).text
    assert "请填写这一项" in buyer.send(place, 422, **{f"address-{first.id}": "武汉市 2 号"}).text
    right = {f"phone-{first.id}": "１３７００００１１１１", f"address-{first.id}": "武汉市 2 号"}
    buyer.send(place, **right)
    first = rows_of(session, PurchaseRecipient)[0]
    phone = open_words(session, first.phone_sealed)
    assert (phone, first.address, first.corrected_at) == ("13700001111", "武汉市 2 号", START)
    assert "武汉市 2 号" in buyer.see(f"/purchases/{drafted}/people")
    visit(county.stranger).send(place, 404, **right)


def test_three_thousand_people_are_judged_at_once(county, visit, path, session):
    crowd = "".join(
        f"职工{n}\t科室{n % 20}\t139{n:08d}\t{100 + n % 9}\t\t武汉市 {n} 号\n" for n in range(3_000)
    )
    buyer = visit(county.buyer)
    buyer.see(path)
    page = buyer.send(path, 200, list=crowd, step="check").text
    assert "3000 人可以" in unescape(page)
    answer = buyer.send(path, 422, list=crowd + "多一人\t\t\t100\n", step="check")
    assert "最多 3000 人,现在有 3001 人" in unescape(answer.text)


def test_a_list_that_was_taken_back_is_changed_as_a_whole(county, visit, drafted, session):
    buyer = visit(county.buyer)
    (purchase,) = rows_of(session, Purchase)
    total = purchase.goods_fen + purchase.freight_fen
    buyer.send(f"/purchases/{drafted}/people/submit", reviewed_fen=total)
    buyer.send(f"/purchases/{drafted}/recall")
    answer = buyer.client.get(f"/purchases/{drafted}/draft")
    assert answer.location == f"/purchases/{drafted}/people"
    first = rows_of(session, OrderLine)[0]
    lines = {f"quantity-{line.id}": line.quantity + 1 for line in rows_of(session, OrderLine)}
    words = buyer.send(f"/purchases/{drafted}/draft", 409, **lines, **TERMS).text
    assert "数量来自职工名单" in unescape(words)
    assert rows_of(session, OrderLine)[0].quantity == first.quantity
    buyer.send(
        f"/purchases/{drafted}/people/replace", list="孙丽\t\t\t红薯粉条\n", step="make", **TERMS
    )
