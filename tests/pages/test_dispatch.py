"""Many orders sent at once: picked, labelled, and told by a table that comes back."""

from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.core.sheets import read_sheet, write_csv, write_xlsx
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Shipment, ShipmentLine
from marketplace.ordering.rules.dispatch import COLUMNS
from tests.county import START
from tests.ordering.steps import orders_of, placed

CODE, ORDER, PACKS, CARRIER, TRACKING = 0, 1, 9, 10, 11


@pytest.fixture
def place(county) -> str:
    return f"/producer/{county.producer_id}/dispatch"


@pytest.fixture
def two(session, county):
    """Two orders that the first producer has taken on: one of two lines, one of one."""
    ids = []
    for wanted in (((county.mushrooms, 5), (county.oil, 2)), ((county.mushrooms, 3),)):
        purchase, _orders = placed(session, county, county.wish(*wanted))
        (order,) = orders_of(session, purchase.id)
        ordering.confirm(session, county.clerk, order.id, None, START)
        ids.append(order.id)
    session.commit()
    session.expunge_all()
    return ids


def table(clerk, place, form="xlsx"):
    answer = clerk.client.get(f"{place}.{form}")
    assert answer.status_code == 200
    rows = read_sheet("dispatch", answer.data)
    assert tuple(rows[0]) == COLUMNS
    return rows


def hand_in(clerk, place, rows, status=302, form="xlsx", **fields):
    content = write_xlsx(rows, START) if form == "xlsx" else write_csv(rows)
    data = {"dispatch": (BytesIO(content), f"table.{form}"), **fields}
    answer = clerk.client.post(place, data=data)
    assert answer.status_code == status, unescape(answer.text[-900:])
    return unescape(answer.text)


def sent(session):
    session.rollback()
    rows = session.execute(
        select(Shipment.order_id, Shipment.tracking, ShipmentLine.quantity)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .order_by(Shipment.id, ShipmentLine.order_line_id)
    )
    found = [tuple(row) for row in rows]
    session.rollback()
    return found


def test_what_is_to_be_picked_and_labels_for_all_that_waits(county, visit, place, two):
    clerk = visit(county.clerk)
    page = unescape(clerk.see(place))
    assert "2 张订单可以发货" in page
    assert "椴木香菇 500 克 × 5、散装橄榄油 500 克 × 2" in page
    labels = unescape(clerk.see(f"{place}/labels"))
    assert labels.count("13800000000") == 2
    assert "椴木香菇 500 克 × 3" in labels


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_table_sends_orders_in_parts_and_twice_changes_nothing(
    session, county, visit, place, two, form
):
    clerk = visit(county.clerk)
    rows = table(clerk, place, form)
    assert len(rows) == 4
    rows[1][PACKS:] = ["２", "邮政", "EMS1"]
    rows[2][PACKS:] = ["", "", "ＥＭＳ１"]
    assert "1 行还没有运单号" in clerk.see(
        hand_in_and_follow(clerk, place, rows, form, file_carrier="邮政")
    )
    assert sent(session) == [(two[0], "EMS1", 2), (two[0], "EMS1", 2)]
    hand_in(clerk, place, rows, form=form, file_carrier="邮政")
    assert len(sent(session)) == 2
    rest = table(clerk, place, form)
    assert [(row[CODE], row[8]) for row in rest[1:]] == [(rows[1][CODE], "3"), (rows[3][CODE], "3")]
    for row in rest[1:]:
        row[CARRIER:] = ["顺丰", "SF9"]
    hand_in(clerk, place, rest, form=form)
    states = session.scalars(select(Order.shipment_state).order_by(Order.id)).all()
    assert states == ["SHIPPED", "SHIPPED"]
    session.rollback()
    assert "没有要发的货" in clerk.see(place)


def hand_in_and_follow(clerk, place, rows, form, **fields):
    hand_in(clerk, place, rows, form=form, **fields)
    return place


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({CODE: "999999"}, "不在待发货的订单里"),
        ({CODE: "1\x00"}, "第 2 行第 1 列里有不能保存的控制字符"),
        ({ORDER: "P000000-1"}, "另一张订单"),
        ({PACKS: "0"}, "1 到 5 之间"),
        ({PACKS: "-1"}, "1 到 5 之间"),
        ({PACKS: "1.5"}, "1 到 5 之间"),
        ({PACKS: "1e9"}, "1 到 5 之间"),
        ({PACKS: "6"}, "1 到 5 之间"),
        ({TRACKING: ""}, "没有写运单号"),
        ({CARRIER: ""}, "没有写承运方"),
        ({TRACKING: "E" * 61}, "最多 60 个字"),
    ],
)
def test_every_row_that_is_wrong_is_named_and_nothing_leaves(
    session, county, visit, place, two, changes, words
):
    clerk = visit(county.clerk)
    rows = table(clerk, place)
    for row in rows[1:]:
        row[CARRIER:] = ["邮政", "EMS1"]
    for column, value in changes.items():
        rows[1][column] = value
    answer = hand_in(clerk, place, rows, 422)
    assert words in answer, answer[-600:]
    assert sent(session) == []


def test_a_row_with_several_bad_cells_names_each(session, county, visit, place, two):
    clerk = visit(county.clerk)
    rows = table(clerk, place)
    rows[1][ORDER] = "P000000-1"
    rows[1][PACKS:] = ["0", "政" * 61, ""]
    answer = hand_in(clerk, place, rows, 422)
    assert "有 1 行需要修改,什么都还没有写入" in answer
    for words in ("另一张订单", "1 到 5 之间", "最多 60 个字", "没有写运单号"):
        assert words in answer
    assert sent(session) == []


def test_rows_of_one_line_never_send_more_than_waits(session, county, visit, place, two):
    clerk = visit(county.clerk)
    rows = table(clerk, place)
    first = [*rows[1][:PACKS], "3", "邮政", "EMS1"]
    second = [*rows[1][:PACKS], "3", "邮政", "EMS2"]
    answer = hand_in(clerk, place, [rows[0], first, second], 422)
    assert "超过了待发的 5 件" in answer
    hand_in(clerk, place, [rows[0], first, [*second[:PACKS], "", "邮政", "EMS2"]])
    assert sent(session) == [(two[0], "EMS1", 3), (two[0], "EMS2", 2)]


def test_a_parcel_that_has_left_takes_no_more_goods(session, county, visit, place, two):
    clerk = visit(county.clerk)
    rows = table(clerk, place)
    hand_in(clerk, place, [rows[0], [*rows[1][:PACKS], "", "邮政", "EMS1"]])
    answer = hand_in(clerk, place, [rows[0], [*rows[2][:PACKS], "", "邮政", "EMS1"]], 422)
    assert "已经登记过,不能再加货" in answer


def test_without_a_file_or_a_number_it_is_said_and_others_find_nothing(
    county, visit, place, two, session
):
    clerk = visit(county.clerk)
    assert "请选择填好运单号的表格" in unescape(clerk.send(place, 422).text)
    assert "还没有填运单号" in hand_in(clerk, place, table(clerk, place), 422)
    assert "没有找到「编号」" in hand_in(clerk, place, [["a", "b"], ["1", "2"]], 422)
    other = visit(county.other_clerk)
    for path in (place, f"{place}/labels", f"{place}.xlsx"):
        other.see(path, 404)
    other.send(place, 404)
    rows = table(clerk, place)
    rows[1][CARRIER:] = ["邮政", "EMS1"]
    mine = f"/producer/{county.other_producer_id}/dispatch"
    assert "不在待发货的订单里" in hand_in(other, mine, rows, 422)
    assert sent(session) == []


def test_prepaid_orders_wait_for_their_money(session, county, visit, place):
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 5), terms="PREPAY"))
    (order,) = orders_of(session, purchase.id)
    ordering.confirm(session, county.clerk, order.id, None, START)
    session.commit()
    session.expunge_all()
    assert "没有要发的货" in visit(county.clerk).see(place)
