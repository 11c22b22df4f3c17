"""Parcels for the people on a list: seen by whom they concern, labelled, sent by page or file."""

from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.core.sheets import read_sheet, write_csv, write_xlsx
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Shipment
from marketplace.ordering.queries.gift_proof import lists_that_disagree
from tests.county import CONSIGNEE, START
from tests.ordering.gifts import HOME, ids_of, person, placed_gifts
from tests.ordering.steps import accepted, lines_of, orders_of, paid


@pytest.fixture
def order(session, county):
    """An order that its producer has taken on, for three people at two addresses."""
    purchase = placed_gifts(
        session,
        county,
        person("王小明", (county.mushrooms, 1)),
        person("李梅", (county.mushrooms, 2), address=HOME),
        person("=赵强", (county.mushrooms, 1), address=HOME),
    )
    (only,) = orders_of(session, purchase.id)
    ordering.confirm(session, county.clerk, only.id, None, START)
    session.commit()
    # Left alone, so that looking at its id does not hold up the pages.
    session.expunge_all()
    return only


@pytest.fixture
def people(session, order):
    found = ids_of(session, order.purchase_id)
    session.rollback()
    return found


def sent(session, order):
    session.rollback()
    rows = session.execute(
        select(Shipment.carrier, Shipment.tracking).where(Shipment.order_id == order.id)
    )
    found = [tuple(row) for row in rows]
    assert lists_that_disagree(session) == []
    session.rollback()
    return found


def hand_in(visitor, order, rows, status=302, form="xlsx", **fields):
    content = write_xlsx(rows, START) if form == "xlsx" else write_csv(rows)
    data = {"parcels": (BytesIO(content), f"parcels.{form}"), **fields}
    answer = visitor.client.post(f"/orders/{order.id}/parcels/file", data=data)
    assert answer.status_code == status, unescape(answer.text[-900:])
    return unescape(answer.text)


def table(visitor, order, form="xlsx"):
    content = visitor.client.get(f"/orders/{order.id}/parcels.{form}").data
    return read_sheet("parcels", content)


def test_a_producer_picks_by_address_and_prints_labels(county, visit, order):
    clerk = visit(county.clerk)
    page = unescape(clerk.see(f"/orders/{order.id}/parcels"))
    assert "3 人,3 人的还没有发出" in page
    assert "椴木香菇 500 克 × 3" in page
    assert "13912345678" in page
    labels = unescape(clerk.see(f"/orders/{order.id}/labels"))
    assert labels.count('class="label"') == 3
    assert f"{order.number} · 2" in labels
    assert CONSIGNEE.address in labels
    assert f"/orders/{order.id}/parcels" in clerk.see(f"/orders/{order.id}")


def test_chosen_addresses_leave_and_then_the_rest(county, visit, session, order, people):
    clerk = visit(county.clerk)
    path = f"/orders/{order.id}/parcels"
    assert "请至少选一个收货地址" in clerk.send(path, 422, carrier="邮政", tracking="E1").text
    clerk.send(path, 422, group=str(people[1]), carrier="", tracking="")
    clerk.send(path, group=str(people[1]), carrier="邮政", tracking="Ｅ１", step="chosen")
    assert sent(session, order) == [("邮政", "E1")]
    assert "3 人,1 人的还没有发出" in unescape(clerk.see(path))
    assert unescape(clerk.see(f"/orders/{order.id}/labels")).count('class="label"') == 1
    clerk.send(path, carrier="自送", tracking="鄂C12345", step="all")
    assert sent(session, order) == [("邮政", "E1"), ("自送", "鄂C12345")]
    assert session.get(Order, order.id).shipment_state == "SHIPPED"
    session.rollback()
    assert "发出选中" not in clerk.see(path)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_table_goes_out_and_comes_back_in_parts(county, visit, session, order, form):
    clerk = visit(county.clerk)
    rows = table(clerk, order, form)
    assert rows[0][-2:] == ["承运方", "运单号"]
    assert len(rows) == 4
    rows[1][-2:] = ["顺丰", "SF1"]
    hand_in(clerk, order, rows, form=form)
    assert sent(session, order) == [("顺丰", "SF1")]
    rows = table(clerk, order, form)
    assert rows[1][-2:] == ["顺丰", "SF1"]
    for row in rows[2:]:
        row[-1] = "E9"
    hand_in(clerk, order, rows, form=form, file_carrier="邮政")
    assert sent(session, order) == [("顺丰", "SF1"), ("邮政", "E9")]
    clerk.see(f"/orders/{order.id}")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({0: "999999"}, "编号「999999」不在这张订单里"),
        ({0: "abc"}, "不在这张订单里"),
        ({1: "周洁"}, "另一位收件人"),
        ({7: ""}, "没有写运单号"),
        ({6: ""}, "没有写承运方"),
        ({7: "1" * 61}, "最多 60 个字"),
    ],
)
def test_one_wrong_row_keeps_all_back_and_is_named(county, visit, session, order, change, words):
    clerk = visit(county.clerk)
    rows = table(clerk, order)
    for number, row in enumerate(rows[1:], 1):
        row[-2:] = ["邮政", f"E{number}"]
    for column, value in change.items():
        rows[2][column] = value
    page = hand_in(clerk, order, rows, 422)
    assert words in page
    assert "有 1 行需要修改,什么都还没有写入" in page
    assert sent(session, order) == []


def test_a_row_with_several_bad_cells_names_each(county, visit, session, order):
    clerk = visit(county.clerk)
    rows = table(clerk, order)
    rows[1][1] = "别人"
    rows[1][-2:] = ["政" * 61, ""]
    page = hand_in(clerk, order, rows, 422)
    assert "有 1 行需要修改,什么都还没有写入" in page
    for words in ("另一位收件人", "最多 60 个字", "没有写运单号"):
        assert words in page
    assert sent(session, order) == []


def test_what_has_left_keeps_its_number(county, visit, session, order):
    clerk = visit(county.clerk)
    rows = table(clerk, order)
    rows[1][-2:] = ["邮政", "E1"]
    hand_in(clerk, order, rows)
    hand_in(clerk, order, rows)
    rows[1][-1] = "E2"
    assert "已经用运单号 E1 发出" in hand_in(clerk, order, rows, 422)
    assert sent(session, order) == [("邮政", "E1")]


def test_files_without_numbers_or_columns_say_what_to_do(county, visit, order):
    clerk = visit(county.clerk)
    assert "还没有填运单号" in hand_in(clerk, order, table(clerk, order), 422)
    assert "没有找到「编号」和「运单号」" in hand_in(clerk, order, [("姓名",), ("王小明",)], 422)
    answer = clerk.client.post(f"/orders/{order.id}/parcels/file", data={})
    assert "请选择填好运单号的表格" in unescape(answer.text)
    rows = table(clerk, order)
    rows[1][-2:] = ["邮政", "E1"]
    rows.append([*rows[1][:-1], "E2"])
    assert "出现了两次" in hand_in(clerk, order, rows, 422)


def test_names_are_read_by_the_two_sides_and_masked_for_the_centre(county, visit, order):
    paths = (f"/orders/{order.id}/parcels", f"/orders/{order.id}/labels")
    for path in paths:
        for one in (county.clerk, county.buyer, county.finance):
            page = unescape(visit(one).see(path))
            assert "王小明" in page
            assert "13912345678" in page
        for one in (county.operator, county.auditor):
            page = unescape(visit(one).see(path))
            assert "王*" in page
            assert "139****5678" in page
            assert "王小明" not in page
            assert HOME not in page
        for one in (county.other_clerk, county.stranger, county.shopper):
            visit(one).see(path, 404)
    people_path = f"/purchases/{order.purchase_id}/people"
    assert "王小明" in visit(county.finance).see(people_path)
    assert "王小明" not in visit(county.auditor).see(people_path)
    assert "更正" not in visit(county.auditor).see(people_path)
    visit(county.clerk).see(people_path, 404)
    visit(county.auditor).send(f"/orders/{order.id}/parcels", 403, step="all")


def test_before_it_is_confirmed_a_producer_knows_nobody(session, county, visit):
    purchase = placed_gifts(session, county, person("王小明", (county.mushrooms, 1)))
    (order,) = orders_of(session, purchase.id)
    session.commit()
    page = visit(county.clerk).see(f"/orders/{order.id}/parcels")
    assert "王*" in page
    assert "王小明" not in page


def test_once_it_is_completed_names_are_masked_for_both_sides(session, county, visit):
    purchase = placed_gifts(session, county, person("王小明", (county.mushrooms, 1)))
    (order,) = orders_of(session, purchase.id)
    accepted(session, county, order)
    paid(session, county, purchase)
    session.commit()
    assert order.state == "COMPLETED"
    for one, path in (
        (county.clerk, f"/orders/{order.id}/parcels"),
        (county.buyer, f"/purchases/{purchase.id}/people"),
        (county.buyer, f"/orders/{order.id}/parcels.csv"),
    ):
        page = visit(one).see(path)
        assert "王*" in page
        assert "王小明" not in page


def test_an_order_without_a_list_has_no_parcels_of_people(county, visit, road):
    order_id = road.place((county.mushrooms, 1))
    visit(county.clerk).see(f"/orders/{order_id}/parcels", 404)
    visit(county.clerk).see(f"/orders/{order_id}/parcels.pdf", 404)
    assert len(road.lines(order_id)) == 1
    assert lines_of(road.session, order_id)[0].quantity == 1
