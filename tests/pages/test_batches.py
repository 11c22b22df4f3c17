"""A producer's batches in the browser: counted, lost, moved; and the centre's lists."""

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Batch, Outlet, StockMovement
from marketplace.producers.commands.workshops import NewWorkshop, add_workshop
from tests.county import HUIGOU, START


def page_of(county, pack=None):
    return f"/producer/{county.producer_id}/batches/{(pack or county.mushrooms).batch_id}"


def on_hand(road):
    return road.look(select(Batch).where(Batch.id == road.county.mushrooms.batch_id))[0]


@pytest.fixture
def clerk(visit, county):
    return visit(county.clerk)


@pytest.fixture
def outlet_id(visit, county, road):
    operator = visit(county.operator)
    operator.send("/desk/outlets", name="机关食堂专柜", kind="CABINET", place="区政府一楼")
    return road.look(select(Outlet.id))[0]


def test_a_clerk_counts_a_batch_and_sees_who_did_it(clerk, county, road):
    clerk.send(f"{page_of(county)}/count", counted="997", note="三件受潮")
    page = clerk.see(page_of(county))
    assert "盘点已登记,差数 -3 件。" in page
    assert "三件受潮" in page
    assert county.clerk.name in page
    assert on_hand(road).quantity_on_hand == 997


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "1e9", "abc", "1000001", "9" * 10_000, "1\x00"])
def test_a_count_that_is_none_names_its_field_and_keeps_what_was_typed(clerk, county, typed):
    answer = clerk.send(f"{page_of(county)}/count", 422, counted=typed, note="受潮")
    assert 'id="counted-error"' in answer.text
    assert 'value="受潮"' in answer.text


def test_full_width_digits_are_digits(clerk, county, road):
    clerk.send(f"{page_of(county)}/count", counted="99", note="盘点")
    assert on_hand(road).quantity_on_hand == 99


def test_a_second_click_loses_nothing_more(clerk, county, road):
    fields = {"loss_quantity": "2", "loss_reason": "DAMAGED", "loss_note": "摔坏", "nonce": "N1"}
    for _click in range(2):
        clerk.send(f"{page_of(county)}/loss", **fields)
    assert on_hand(road).quantity_on_hand == 998
    clerk.send(f"{page_of(county)}/loss", **{**fields, "loss_quantity": "3"})
    assert on_hand(road).quantity_on_hand == 995


def test_more_than_is_free_is_refused_with_the_number(clerk, county, road):
    road.place((county.mushrooms, 990))
    fields = {"loss_quantity": "11", "loss_reason": "LOST", "loss_note": "找不到"}
    answer = clerk.send(f"{page_of(county)}/loss", 409, **fields)
    assert "没有被订单占用的只有 10 件" in answer.text
    answer = clerk.send(f"{page_of(county)}/count", 409, counted="989", note="找不到")
    assert "有 990 件已被订单占用" in answer.text


def test_goods_go_to_an_outlet_and_come_back(clerk, county, road, outlet_id, visit):
    fields = {"send_outlet": outlet_id, "send_quantity": "20", "nonce": "N1"}
    clerk.send(f"{page_of(county)}/send", **fields)
    clerk.send(f"{page_of(county)}/send", **fields)
    assert on_hand(road).quantity_on_hand == 980
    back = {"take_outlet": outlet_id, "take_quantity": "5", "take_reason": "BROUGHT_BACK"}
    clerk.send(f"{page_of(county)}/take", **back)
    assert on_hand(road).quantity_on_hand == 985
    assert "机关食堂专柜" in clerk.see(page_of(county))
    assert "15 件" in visit(county.auditor).see("/desk/outlets")
    answer = clerk.send(f"{page_of(county)}/take", 409, **{**back, "take_quantity": "16"})
    assert "15 件" in answer.text
    visit(county.operator).send(f"/desk/outlets/{outlet_id}/close", 409)


def test_an_outlet_that_does_not_exist_is_not_found(clerk, county):
    clerk.send(f"{page_of(county)}/send", 404, send_outlet="987654", send_quantity="1")
    clerk.send(f"{page_of(county)}/send", 422, send_outlet="x", send_quantity="1")


def test_nobody_sees_or_counts_the_batches_of_others(visit, county, road):
    other = visit(county.other_clerk)
    other.see(page_of(county), 404)
    other.see(f"/producer/{county.other_producer_id}/batches/{county.mushrooms.batch_id}", 404)
    other.send(f"{page_of(county)}/count", 404, counted="1", note="x")
    visit(county.shopper).see(page_of(county), 403)
    assert len(road.look(select(StockMovement.id).where(StockMovement.reason == "COUNTED"))) == 0


def test_only_operators_register_outlets(visit, county):
    fields = {"name": "甲", "kind": "ZONE", "place": "乙"}
    for stranger in (county.clerk, county.auditor):
        visit(stranger).send("/desk/outlets", 403, **fields)
    operator = visit(county.operator)
    answer = operator.send("/desk/outlets", 422, **{**fields, "kind": "FAIR"})
    assert 'id="kind-error"' in answer.text
    assert 'value="甲"' in answer.text
    operator.send("/desk/outlets", **fields)
    operator.send("/desk/outlets", 409, **fields)


def test_what_expires_soon_stands_before_producer_and_centre(visit, county, session):
    session.get_one(Batch, county.mushrooms.batch_id).expires_on = session.get_one(
        Batch, county.mushrooms.batch_id
    ).produced_on.replace(month=12, day=30)
    session.commit()
    assert "60 天内到期,还有 1 批" in visit(county.clerk).see(
        f"/producer/{county.producer_id}/batches"
    )
    page = visit(county.auditor).see("/desk/expiring")
    assert "椴木香菇" in page
    assert "红薯粉条" not in page


def test_a_capacity_goes_from_the_producer_to_the_centre(visit, county, session):
    new = NewWorkshop("会沟香菇车间", HUIGOU, "WAGE", "香菇", 12)
    workshop = add_workshop(session, county.clerk, county.producer_id, new, START)
    session.commit()
    path, clerk = f"/producer/{county.producer_id}/capacity", visit(county.clerk)
    fields = {"workshop": workshop.id, "period": "YEAR", "measure": "KILOGRAM", "amount": "50000"}
    answer = clerk.send(path, 422, **{**fields, "amount": "1.5"})
    assert 'id="amount-error"' in answer.text
    clerk.send(path, **fields)
    assert "等待核实" in clerk.see(path)
    operator = visit(county.operator)
    assert "每年 50,000 公斤" in operator.see("/desk/capacity")
    visit(county.auditor).send("/desk/capacity/1/confirm", 403)
    operator.send("/desk/capacity/1/confirm")
    assert "每年 50,000 公斤" in clerk.see(path)
    visit(county.other_clerk).see(path, 404)
    operator.send("/desk/capacity/1/refuse", 409, reason="晚了")
    operator.send("/desk/capacity/1/refuse", 422, reason="")
