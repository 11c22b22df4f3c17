"""Counting an order for another unit, over the API."""

from sqlalchemy.orm import Session

from tests.api.conftest import CallAs
from tests.county import County, person
from tests.ordering.steps import completed


def test_both_sides_agree_over_the_api(session: Session, county: County, call_as: CallAs):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 1)))
    other = person(session, "approver@other", ("UNIT", county.other_unit_id, "APPROVER"))
    session.commit()
    wish = {"order_id": order.id, "to_unit_id": county.other_unit_id, "reason": "选错了"}
    path = f"/units/{county.unit_id}/reattributions"
    first = call_as(county.buyer).post(path, wish, key="once")
    again = call_as(county.buyer).post(path, wish, key="once")
    assert (first.status_code, again.json["id"]) == (201, first.json["id"])
    keyless = call_as(county.buyer).post(path, wish)
    assert (keyless.status_code, keyless.json["id"]) == (200, first.json["id"])
    for other_wish in ({**wish, "reason": "另一个原因"}, {**wish, "order_id": order.id + 1}):
        refused = call_as(county.buyer).post(path, other_wish)
        assert refused.status_code in (404, 409), refused.text
    late = call_as(county.buyer).post(path, {**wish, "reason": "另一个原因"})
    assert late.json["code"] == "reattribution.open"
    approve = f"/reattributions/{first.json['id']}/approve"
    half = call_as(county.approver).must(f"/units/{county.unit_id}{approve}")
    assert (half["state"], half["from_approved"], half["to_approved"]) == ("ASKED", True, False)
    done = call_as(other).must(f"/units/{county.other_unit_id}{approve}")
    assert (done["state"], done["order_id"]) == ("DONE", order.id)
    quota = call_as(other).get(f"/units/{county.other_unit_id}/quota").json
    assert [entry["kind"] for entry in quota["entries"]] == ["REATTRIBUTION"]


def test_nonsense_is_named_and_other_peoples_requests_are_not_there(
    session: Session, county: County, call_as: CallAs
):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 1)))
    session.commit()
    path, buyer = f"/units/{county.unit_id}/reattributions", call_as(county.buyer)
    good = {"order_id": order.id, "to_unit_id": county.other_unit_id, "reason": "选错了"}
    for field, value in (
        ("order_id", -1),
        ("order_id", 1.5),
        ("to_unit_id", "x"),
        ("to_unit_id", county.unit_id),
        ("to_unit_id", 10**9),
        ("reason", "a" * 10_000),
        ("reason", "a\x00b"),
        ("reason", ""),
    ):
        answer = buyer.post(path, {**good, field: value})
        assert answer.status_code == 422, (field, value, answer.text)
        assert field in {error["field"] for error in answer.json["errors"]}
    assert buyer.post(path, {**good, "order_id": 10**9}).status_code == 404
    assert call_as(county.shopper).post(path, good).status_code == 404
    asked = buyer.must(path, good)["id"]
    stranger = f"/units/{county.other_unit_id}/reattributions/{asked}/approve"
    assert buyer.post(stranger).status_code == 404
    assert call_as(county.auditor).post(f"{path}/{asked}/approve").status_code == 403
