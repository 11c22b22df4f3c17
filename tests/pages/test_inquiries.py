"""Pages of inquiries: asked, answered apart, opened together, chosen, confirmed, called off."""

import pytest

from tests.county import CONSIGNEE

OURS, THEIRS = "会沟村食用菌合作社", "云彩山粉条工坊"


def asking(**changes):
    return {
        "title": "春节食堂干货",
        "words-1": "干香菇",
        "packs-1": "１０",
        "words-2": "粉条",
        "packs-2": "4",
        "producer-1": OURS,
        "producer-2": THEIRS,
        "answer_until": "2026-11-30",
        "wanted_by": "2026-12-20",
        "address": "区政府食堂",
        **changes,
    }


def answering(goods, **changes):
    return {
        "price-1": "60",
        "pack-1": str(goods.variant_id),
        "freight": "5",
        "delivery_days": "3",
        "valid_until": "2026-12-31",
        **changes,
    }


@pytest.fixture
def asked(road, county):
    form = f"/unit/{county.unit_id}/inquiries/new"
    return road.visit(county.buyer).send(form, **asking()).location


def pages_of(county):
    return (
        f"/producer/{county.producer_id}/inquiries/1",
        f"/producer/{county.other_producer_id}/inquiries/1",
    )


def test_an_inquiry_goes_from_the_question_to_a_purchase(road, county, asked):
    buyer, approver = road.visit(county.buyer), road.visit(county.approver)
    ours, theirs = pages_of(county)
    clerk, other = road.visit(county.clerk), road.visit(county.other_clerk)
    assert "春节食堂干货" in clerk.see(f"/producer/{county.producer_id}/inquiries")
    clerk.send(ours, **answering(county.mushrooms))
    assert "合计 605.00 元" in clerk.see(ours)
    page = buyer.see(asked)
    assert "1 / 2 家已答复" in page
    assert "605.00" not in page
    assert "605.00" not in approver.see(asked)
    assert "605.00" not in road.visit(county.operator).see(asked)
    assert "605.00" not in other.see(theirs)
    other.send(theirs, **answering(county.noodles, **{"price-1": "50"}))
    page = buyer.see(asked)
    assert "总价最低" in page
    assert "605.00" in page
    assert "505.00" in page
    refused = buyer.send(f"{asked}/choose", 422, producer=str(county.producer_id), words="")
    assert "请写明选择的理由" in refused.text
    buyer.send(f"{asked}/choose", producer=str(county.producer_id), words="离单位近,送得快")
    assert "离单位近" in approver.see(asked)
    buyer.send(f"{asked}/confirm", 403)
    contract = approver.send(f"{asked}/confirm").location
    assert approver.send(f"{asked}/confirm").location == contract
    assert "没有选中您的报价" in other.see(theirs)
    assert "605.00" not in other.see(theirs)
    assert "选中了您的报价" in clerk.see(ours)
    page = buyer.see(contract)
    assert 'value="10"' in page
    wish = {f"quantity-{county.mushrooms.variant_id}": "10", "nonce": "N1", "fund": "CANTEEN"}
    where = {
        "consignee_name": CONSIGNEE.name,
        "consignee_phone": CONSIGNEE.phone,
        "consignee_address": "区政府食堂",
    }
    draft = buyer.send(f"{contract}/call-off", payment_terms="POSTPAY", **wish, **where).location
    assert "605.00" in buyer.see(draft)


def test_lists_of_unit_and_county_and_a_pack_that_is_asked_for_by_its_number(road, county, asked):
    assert "春节食堂干货" in road.visit(county.finance).see(f"/unit/{county.unit_id}/inquiries")
    assert "春节食堂干货" in road.visit(county.auditor).see("/desk/inquiries")
    buyer = road.visit(county.buyer)
    page = buyer.see(f"/products/{county.mushrooms.product_id}")
    form = f"/unit/{county.unit_id}/inquiries/new?variant={county.mushrooms.variant_id}"
    assert form.replace("&", "&amp;") in page
    page = buyer.see(form)
    assert f"#{county.mushrooms.variant_id} 椴木香菇" in page
    assert OURS in page
    known = asking(**{"words-1": f"#{county.mushrooms.variant_id} 椴木香菇 500 克"})
    second = buyer.send(f"/unit/{county.unit_id}/inquiries/new", **known).location
    assert "椴木香菇 500 克" in buyer.see(second)


def test_everything_that_is_missing_is_named_at_once(road, county, asked):
    nothing = dict.fromkeys(asking(), "")
    page = road.visit(county.buyer).send(f"/unit/{county.unit_id}/inquiries/new", 422, **nothing)
    summary = page.text.partition('class="error-summary"')[2].partition("</div>")[0]
    for field in ("title", "words-1", "packs-1", "producer-1", "answer_until", "address"):
        assert f'href="#{field}"' in summary


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"packs-1": "0"}, "之间的整数"),
        ({"packs-1": "1.5"}, "请填写整数"),
        ({"packs-1": "1000000000"}, "之间的整数"),
        ({"words-1": ""}, "请填写这一项"),
        ({"words-1": "x" * 10_000}, "最多 120 个字"),
        ({"words-1": "\x00"}, "控制字符"),
        ({"words-1": "#99999 没有的"}, "没有这种商品规格"),
        ({"words-4": "跳行", "packs-4": "1"}, "中间不要空"),
        ({"producer-2": ""}, "2 到 10 家"),
        ({"producer-2": OURS}, "2 到 10 家"),
        ({"producer-2": "不存在的社"}, "没有这家供应商"),
        ({"producer-2": "\x00"}, "控制字符"),
        ({"answer_until": "2026-11-01"}, "截止日要在今天或以后"),
        ({"wanted_by": "2026-11-29"}, "不能早于报价截止日"),
        ({"wanted_by": "bald"}, "请填写日期"),
    ],
)
def test_what_cannot_be_asked_is_named_and_what_was_typed_stays(road, county, changes, words):
    buyer = road.visit(county.buyer)
    page = buyer.send(f"/unit/{county.unit_id}/inquiries/new", 422, **asking(**changes)).text
    assert words in page
    assert "区政府食堂" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price-1": "0"}, "金额不能是负数或零"),
        ({"price-1": "-1"}, "金额不能是负数或零"),
        ({"price-1": "1.555"}, "请填写金额"),
        ({"pack-1": ""}, "请填写这一项"),
        ({"pack-1": "99"}, "请从给出的选项中选择"),
        ({"freight": ""}, "请填写这一项"),
        ({"delivery_days": "366"}, "之间的整数"),
        ({"valid_until": "2026-11-29"}, "有效期要到截止日以后"),
        ({"remark": "x" * 10_000}, "最多 500 个字"),
    ],
)
def test_what_cannot_be_answered_is_named(road, county, asked, changes, words):
    assert asked
    ours, _theirs = pages_of(county)
    clerk = road.visit(county.clerk)
    page = clerk.send(ours, 422, **answering(county.mushrooms, **changes)).text
    assert words in page


def test_others_do_not_learn_of_an_inquiry(road, county, asked):
    ours, theirs = pages_of(county)
    for other in (county.stranger, county.shopper):
        status = 403 if other == county.shopper else 404
        road.visit(other).see(asked, status)
        road.visit(other).send(f"{asked}/choose", status, producer="1")
        road.visit(other).see(ours, status)
    clerk = road.visit(county.clerk)
    clerk.see(asked, 404)
    clerk.see(theirs, 404)
    clerk.send(theirs, 404, **answering(county.mushrooms))
    clerk.see("/desk/inquiries", 403)
    road.visit(county.approver).see(f"/unit/{county.unit_id}/inquiries/new", 403)
    road.visit(county.auditor).send(f"{asked}/close", 403, words="x")


def test_an_inquiry_is_given_up_with_words(road, county, asked):
    buyer = road.visit(county.buyer)
    buyer.send(f"{asked}/close", 422, words=" ")
    buyer.send(f"{asked}/close", words="改为集中采购")
    assert "改为集中采购" in buyer.see(asked)
    ours, _theirs = pages_of(county)
    assert "单位已取消" in road.visit(county.clerk).see(ours)


def test_who_cannot_supply_says_so_and_the_buyer_need_not_wait(road, county, asked):
    ours, theirs = pages_of(county)
    clerk, buyer = road.visit(county.clerk), road.visit(county.buyer)
    assert "这次不能供应" in clerk.see(ours)
    clerk.send(f"{ours}/unable", 422, why="x" * 501)
    clerk.send(f"{ours}/unable", why="今年没有收成")
    assert "您已答复:不能供应。今年没有收成" in clerk.see(ours)
    page = buyer.see(asked)
    assert "不能供应:今年没有收成" in page
    assert "1 / 2 家已答复" in page
    road.visit(county.other_clerk).send(theirs, **answering(county.noodles))
    page = buyer.see(asked)
    assert "总价最低" in page
    assert "只供 0" not in page
    road.visit(county.clerk).send(f"{theirs}/unable", 404, why="")
