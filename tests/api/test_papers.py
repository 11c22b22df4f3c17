"""Papers over the API: asked for, looked after, fetched with their file."""

import hashlib
from base64 import b64decode

import pytest

from tests.api.conftest import fields_of
from tests.documents.conftest import work  # noqa: F401
from tests.ordering.steps import completed


@pytest.fixture
def about(session, county):
    purchase, _orders = completed(session, county, county.wish((county.mushrooms, 2)))
    session.commit()
    return f"purchase:{purchase.id}"


def test_a_paper_is_asked_for_once_and_fetched_when_it_is_done(buyer, about, work):  # noqa: F811
    wish = {"kind": "purchase_order", "object": about, "format": "pdf"}
    asked = buyer.post("/papers", wish, key="once")
    assert (asked.status_code, asked.json["state"]) == (202, "WAITING")
    assert buyer.post("/papers", wish, key="once").json == asked.json
    assert buyer.post("/papers", {**wish, "format": "xlsx"}, key="once").status_code == 422
    path = f"/papers/{asked.json['id']}"
    assert buyer.get(path).json["content_base64"] is None
    work()
    done = buyer.get(path).json
    content = b64decode(done["content_base64"])
    assert done["state"] == "DONE"
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == done["sha256"]
    listed = buyer.get("/papers", object=about).json
    assert [item["id"] for item in listed["items"]] == [asked.json["id"]]
    assert "purchase_certificate" in listed["available"]


def test_nonsense_is_named_and_other_peoples_papers_are_not_there(
    buyer, call_as, county, about, stranger
):
    good = {"kind": "purchase_order", "object": about, "format": "pdf"}
    for field, value in (
        ("kind", "bribe"),
        ("kind", 1),
        ("object", "x" * 10_000),
        ("object", "purchase:-1"),
        ("object", "a\x00b"),
        ("object", None),
        ("format", "exe"),
        ("format", "csv"),
    ):
        answer = buyer.post("/papers", {**good, field: value})
        assert (answer.status_code, fields_of(answer)) == (422, [field]), (field, value)
    paper_id = buyer.post("/papers", good).json["id"]
    other = call_as(county.stranger)
    assert other.post("/papers", good).status_code == 404
    assert other.get(f"/papers/{paper_id}").status_code == 404
    assert other.get("/papers", object=about).status_code == 404
    assert buyer.get("/papers/999999").status_code == 404
    assert buyer.get("/papers", object="purchase:0").status_code == 422
    assert buyer.get("/papers").status_code == 422
    assert stranger.get("/papers", object=about).status_code == 401
