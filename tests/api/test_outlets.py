"""Sales of outlets over the API: told twice they count once, and what is wrong is named."""

import pytest

from marketplace.outlets.queries import list_months
from marketplace.reports.queries.reconcile import reconcile
from tests.api.conftest import fields_of
from tests.outlets.steps import code_of, only_receipt, outlet_with, there


@pytest.fixture
def outlet_id(session, county):
    made = outlet_with(session, county)
    session.commit()
    return made


def line(county, **changes):
    plain = {"batch_code": code_of(county.mushrooms), "packs": 2, "amount_fen": 12_802}
    return {**plain, **changes}


def sale(county, number="S1", **changes):
    return {"number": number, "day": "2026-11-20", "lines": [line(county)], **changes}


def body(*receipts):
    return {"receipts": list(receipts)}


def test_a_cash_register_reports_and_repeats(call_as, session, county, outlet_id):
    register = call_as(county.operator)
    path = f"/outlets/{outlet_id}/sales"
    first = body(sale(county, total_fen=20_000, unit_id=county.unit_id, fund="UNION"))
    answer = register.post(path, first, key="k1")
    assert answer.status_code == 201, answer.text
    assert (answer.json["counted"], answer.json["known"]) == (1, 0)
    assert answer.json["receipts"][0]["eligible_fen"] == 12_802
    assert register.post(path, first, key="k1").json == answer.json
    again = register.post(path, first, key="k2").json
    assert (again["counted"], again["known"], again["report_id"]) == (0, 1, 1)
    overlap = register.post(path, body(*first["receipts"], sale(county, "S2")), key="k3").json
    assert [one["verdict"] for one in overlap["receipts"]] == ["KNOWN", "NEW"]
    late = register.post(path, body(sale(county, "S3", day="2026-11-02")), key="k4").json
    assert late["counted"] == 1
    session.expire_all()
    assert only_receipt(session).state == "WAITING"
    assert there(session, outlet_id, county.mushrooms) == 44
    assert [month.receipts for month in list_months(session, outlet_id)] == [3]
    assert reconcile(session) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"packs": 0}, "packs"),
        ({"packs": -1}, "packs"),
        ({"packs": 1.5}, "packs"),
        ({"packs": 1_000_000_000}, "packs"),
        ({"packs": "２"}, "packs"),
        ({"packs": 51}, "packs"),
        ({"amount_fen": 0}, "amount_fen"),
        ({"batch_code": "B\x00"}, "batch_code"),
        ({"batch_code": "B" * 10_000}, "batch_code"),
        ({"batch_code": "B99999"}, "batch_code"),
    ],
)
def test_nonsense_is_named(call_as, session, county, outlet_id, changes, field):
    wrong = sale(county, lines=[line(county), line(county, **changes)])
    answer = call_as(county.operator).post(f"/outlets/{outlet_id}/sales", body(wrong))
    assert answer.status_code == 422, answer.text
    assert fields_of(answer) == [f"receipts.0.lines.1.{field}"]
    assert there(session, outlet_id, county.mushrooms) == 50


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "receipts.0.number"),
        ({"number": "1" * 10_000}, "receipts.0.number"),
        ({"day": "2026-02-30"}, "receipts.0.day"),
        ({"day": "2026-11-24"}, "receipts.0.day"),
        ({"total_fen": 5}, "receipts.0.total_fen"),
        ({"lines": []}, "receipts.0.lines"),
        ({"unit_id": 999, "fund": "UNION"}, "receipts.0.unit_id"),
        ({"unit_id": 1}, "receipts.0.fund"),
        ({"fund": "INDIVIDUAL"}, "receipts.0.fund"),
    ],
)
def test_a_wrong_receipt_is_named(call_as, county, outlet_id, changes, field):
    answer = call_as(county.operator).post(
        f"/outlets/{outlet_id}/sales", body(sale(county, **changes))
    )
    assert answer.status_code == 422, answer.text
    assert fields_of(answer) == [field]


def test_who_may_not(call_as, county, outlet_id, stranger):
    path, told = f"/outlets/{outlet_id}/sales", body(sale(county))
    assert stranger.post(path, told).status_code == 401
    for person in (county.buyer, county.auditor, county.shopper):
        assert call_as(person).post(path, told).status_code == 403
    assert call_as(county.operator).post("/outlets/999/sales", told).status_code == 404
    other = call_as(county.other_clerk).post(path, told)
    assert (other.status_code, fields_of(other)) == (422, ["receipts.0.lines.0.batch_code"])
    assert call_as(county.clerk).post(path, told).status_code == 201
