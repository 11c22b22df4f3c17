"""Outlets on their pages: upload, check, write, agree, take back, costs, tables to take away."""

from io import BytesIO

import pytest

from marketplace.catalogue.commands import open_outlet
from marketplace.catalogue.rules.keeping import NewOutlet
from marketplace.core.sheets import read_sheet
from tests.county import START
from tests.outlets.steps import code_of, outlet_with

HEAD = "小票号,销售日期,小票合计(元),批次号,销售件数,销售金额(元),付款单位,单位经费\n"


@pytest.fixture
def outlet_id(session, county):
    made = outlet_with(session, county)
    session.commit()
    return made


def sheet(*rows):
    return (BytesIO((HEAD + "\n".join(rows)).encode()), "十一月.csv")


def row(county, number="S1", packs="2", unit="区财政局", fund="工会"):
    code = code_of(county.mushrooms)
    return f"{number},2026-11-20,200,{code},{packs},128.02,{unit},{fund}"


def test_from_the_counter_to_the_units_year(road, county, outlet_id):
    centre, finance = road.visit(county.operator), road.visit(county.finance)
    assert f"/desk/outlets/{outlet_id}" in centre.see("/desk/outlets")
    path = f"/outlets/{outlet_id}/reports"
    assert "一张小票只计一次" in centre.see(path)
    answer = centre.send(path, file=sheet(row(county), row(county, "S2", "99")))
    report = answer.location
    verdict = centre.see(report)
    assert "只剩 48 件" in verdict or "只剩 50 件" in verdict
    assert "只记入好的 1 张" in verdict
    refused = centre.send(f"{report}/write", 422, rows="all").text
    assert "#rows.3.packs" in refused
    assert centre.send(f"{report}/write", rows="good").location == report
    assert centre.send(path, file=sheet(row(county), row(county, "S2", "99"))).location == report
    assert "S1" in finance.see(f"/unit/{county.unit_id}/receipts")
    assert "等单位确认" in road.visit(county.buyer).see("/receipts/1")
    assert "是本单位付的" not in road.visit(county.buyer).see("/receipts/1")
    assert "是本单位付的" in finance.see("/receipts/1")
    finance.send("/receipts/1/agree")
    year = finance.see(f"/unit/{county.unit_id}")
    assert 'href="/receipts/1"' in year
    assert "专柜" in road.visit(None).see("/board")
    page = centre.see(f"/desk/outlets/{outlet_id}")
    assert "128.02" in page
    assert "不经过平台账户" in page
    assert "S1" in centre.see(f"/desk/outlets/{outlet_id}/receipts?month=2026-11&state=COUNTED")
    of_month = centre.see(f"/desk/outlets/{outlet_id}/receipts?month=2026-10&state=PAID")
    assert "没有这样的小票" in of_month
    # Of a month there is a way to all of them.
    assert f'href="/desk/outlets/{outlet_id}/receipts?state=PAID"' in of_month
    assert f'class="button" href="/desk/outlets/{outlet_id}/receipts"' in of_month
    centre.send("/receipts/1/reverse", 422, words=" ")
    centre.send("/receipts/1/reverse", words="打错了")
    assert "打错了" in finance.see("/receipts/1")


def test_one_receipt_by_hand(road, county, outlet_id):
    clerk = road.visit(county.clerk)
    path = f"/outlets/{outlet_id}/receipts"
    packs, amount = (f"{name}-{county.mushrooms.batch_id}" for name in ("packs", "amount"))
    typed = {"number": "手1", "day": "2026-11-20", packs: "２", amount: "128.02"}
    again = clerk.send(path, 422, **{**typed, packs: "51"}).text
    assert "只剩 50 件" in again
    assert 'value="手1"' in again
    for wrong in ("0", "-1", "1.5", "1e9", "1000000001", "\x00", "9" * 10_000):
        clerk.send(path, 422, **{**typed, packs: wrong})
    clerk.send(path, 422, number="手1", day="2026-11-20")
    report = clerk.send(path, **typed).location
    assert clerk.send(path, **typed).location == report
    assert "没有变化" in clerk.see(report)
    road.visit(county.other_clerk).see(report, 404)
    road.visit(county.other_clerk).see("/receipts/1", 404)


def test_costs_by_month(road, county, outlet_id):
    centre, auditor = road.visit(county.operator), road.visit(county.auditor)
    path = f"/desk/outlets/{outlet_id}"
    rent = {"month": "2026-11", "kind": "RENT", "amount": "1200", "words": "十一月租金"}
    centre.send(f"{path}/costs", **rent)
    assert "已经登记过同样的一笔费用" in centre.send(f"{path}/costs", 409, **rent).text
    for changes in ({"month": "2026-13"}, {"month": "2027-01"}, {"amount": "0"}, {"kind": "X"}):
        centre.send(f"{path}/costs", 422, **{**rent, **changes})
    auditor.send(f"{path}/costs", 403, **rent)
    assert "1,200.00" in auditor.see(path)
    for _again in range(2):
        centre.send(f"{path}/costs/1/reverse")
    centre.send(f"{path}/costs/999/reverse", 404)
    assert "已冲销" in centre.see(path)
    centre.send(f"{path}/costs", **rent)


def test_tables_to_take_away(road, county, outlet_id):
    centre = road.visit(county.operator)
    for name in (
        f"/desk/outlets/{outlet_id}/months",
        f"/desk/outlets/{outlet_id}/shelf",
        "/desk/outlets/sums",
        "/outlets/template",
    ):
        assert centre.client.get(f"{name}.csv").data.startswith(b"\xef\xbb\xbf")
        assert read_sheet("file", centre.client.get(f"{name}.xlsx").data)
        centre.see(f"{name}.pdf", 404)


def test_bad_files_are_refused_in_words(road, county, outlet_id):
    centre, path = road.visit(county.operator), f"/outlets/{outlet_id}/reports"
    centre.send(path, 422)
    assert (
        "不是网点销售上报模板" in centre.send(path, 422, file=(BytesIO(b"a,b\n1,2"), "x.csv")).text
    )
    centre.send(path, 422, file=sheet())
    centre.send(path, 422, file=(BytesIO(b"\x00\x01"), "x.csv"))
    centre.send(path, 422, file=sheet(row(county, number="字" * 10_000)))
    report = centre.send(path, file=sheet(row(county, unit="没有的单位"), row(county, packs="二")))
    assert "没有这个单位" in centre.see(report.location)


def test_who_may_not(road, county, outlet_id):
    auditor = road.visit(county.auditor)
    auditor.see(f"/outlets/{outlet_id}/reports")
    auditor.send(f"/outlets/{outlet_id}/reports", 403, file=sheet(row(county)))
    auditor.send(f"/outlets/{outlet_id}/receipts", 403)
    road.visit(county.operator).send(f"/outlets/{outlet_id}/reports", file=sheet(row(county)))
    auditor.see("/outlets/reports/1")
    auditor.send("/outlets/reports/1/write", 403)
    road.visit(county.operator).send("/outlets/reports/1/write", rows="all")
    for action in ("agree", "refuse", "reverse"):
        auditor.send(f"/receipts/1/{action}", 403, words="x")
        road.visit(county.stranger).send(f"/receipts/1/{action}", 404, words="x")
    road.visit(county.operator).see("/desk/outlets/999", 404)
    road.visit(county.operator).see("/outlets/999/reports", 404)
    road.visit(county.operator).send("/outlets/999/receipts", 404)
    road.visit(county.buyer).see(f"/desk/outlets/{outlet_id}", 403)
    road.visit(county.stranger).see(f"/unit/{county.unit_id}/receipts", 404)


def test_a_producer_finds_the_outlets_where_its_goods_lie(session, road, county, outlet_id):
    bare = open_outlet(session, county.operator, NewOutlet("一号专柜", "CABINET", "区政府"), START)
    bare_id = bare.id
    session.commit()
    clerk = road.visit(county.clerk)
    page = clerk.see("/outlets")
    assert page.index(f"/outlets/{outlet_id}/reports") < page.index(f"/outlets/{bare_id}/reports")
    assert "100 件" in page
    batches = f'href="/producer/{county.producer_id}/batches"'
    assert batches in clerk.see(f"/outlets/{bare_id}/reports")
    centre = road.visit(county.operator).see("/outlets")
    assert "您的货" not in centre
