"""What the API says about itself is true, whole and valid."""

import re
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from marketplace.web.access import Public, rule_of
from tests.api.conftest import Caller

SPECIMEN = "#/components/schemas/"
# The calls that clients rely on, with the fields that each answers. Adding is free; the rest
# changes only with a new version.
PROMISED = {
    "POST /tokens": "token expires_at",
    "GET /me": "id name memberships.organisation_kind memberships.organisation_id "
    "memberships.name memberships.roles",
    "GET /products": "items.id items.name items.category items.producer.id items.producer.name "
    "items.villages.code items.villages.name items.villages.share_ppm items.certified "
    "items.variants.id items.variants.name items.variants.price_fen items.variants.pack_grams "
    "items.variants.min_quantity items.variants.available items.image_url total page per_page "
    "facets.category facets.township facets.producer facets.certified",
    "GET /products/{product_id}": "id name description batches.code batches.produced_on "
    "batches.expires_on certification price_per_500g_fen",
    "POST /producers/{producer_id}/products": "id state name packs.id packs.price_fen",
    "POST /producers/{producer_id}/imports": "written rows.row rows.verdict rows.column "
    "rows.message",
    "PATCH /products/{product_id}": "id state name packs.id waiting.fields",
    "POST /products/{product_id}/submit": "id state",
    "POST /products/{product_id}/publish": "id state",
    "POST /products/{product_id}/batches": "id code produced_on expires_on",
    "POST /purchases": "id state total_fen freight_fen orders.id orders.producer orders.state "
    "orders.total_fen orders.lines",
    "GET /purchases": "items.id items.state items.total_fen page per_page total",
    "GET /purchases/{purchase_id}": "id state total_fen freight_fen orders.id",
    "PATCH /purchases/{purchase_id}": "id state total_fen freight_fen orders.id",
    **dict.fromkeys(
        [
            f"POST /purchases/{{purchase_id}}/{verb}"
            for verb in ("submit", "approve", "reject", "cancel")
        ],
        "id state orders.id orders.state",
    ),
    "GET /orders": "items.id items.state items.payment items.shipment page per_page total",
    "GET /orders/{order_id}": "state payment shipment invoice after_sale events lines "
    "counting.counts counting.missing counting.counted_fen",
    **dict.fromkeys(
        [
            f"POST /orders/{{order_id}}/{verb}"
            for verb in ("confirm", "decline", "ship", "receive", "accept", "cancel")
        ],
        "id state payment shipment lines.id events.kind counting.counts",
    ),
    "POST /orders/{order_id}/review": "order_id reviews.id reviews.product_id reviews.rating",
    "GET /products/{product_id}/reviews": "items.rating items.text items.who page per_page total",
    "POST /purchases/{purchase_id}/payments": "id state amount_fen remittance_code checkout_url",
    "POST /payments/{payment_id}/confirm": "id state amount_fen received_fen",
    "POST /orders/{order_id}/refunds": "id state amount_fen",
    "POST /refunds/{refund_id}/approve": "id state amount_fen",
    "POST /webhooks/stripe": "is_new",
    "POST /orders/{order_id}/invoices": "id order_id number amount_fen issued_on state",
    "POST /invoices/{invoice_id}/check": "id state",
    "GET /units": "items.id items.name page per_page total",
    "GET /units/{unit_id}/quota": "year headcount rules.id rules.basis rules.fund "
    "rules.target_fen rules.counted_fen rules.pending_fen rules.gap_fen rules.rate_ppm "
    "rules.projected_fen entries",
    "GET /units/{unit_id}/plan": "lines.variant_id lines.quantity total_fen villages.code "
    "explanation",
    "POST /units/{unit_id}/reattributions": "id order_id to_unit_id reason state",
    "POST /units/{unit_id}/reattributions/{request_id}/approve": "id state from_approved "
    "to_approved",
    "GET /villages": "items.code items.name page per_page total",
    "GET /villages/{code}/sales": "code name amount_fen orders products producers months",
    "GET /townships/{code}/sales": "code name amount_fen orders",
    "GET /county/summary": "amount_fen orders",
    "GET /producers/{producer_id}/statement": "producer_id period entries",
    "POST /outlets/{outlet_id}/sales": "report_id outlet_id counted known receipts.number"
    " receipts.verdict receipts.goods_fen receipts.eligible_fen",
    "POST /hosts/me/sessions": "id title starts_at state links.product_id links.code links.url",
    "GET /hosts/me/sessions": "items.id items.state items.links.url page per_page total",
    "POST /sessions/{session_id}/start": "id state started_at",
    "POST /sessions/{session_id}/end": "id state ended_at",
    "GET /sessions/{session_id}/board": "orders amount_fen commission_fen villages "
    "stock.product_id stock.available per_minute.minute per_minute.orders per_minute.amount_fen",
    "GET /hosts/me/statement": "host_id period entries.order entries.reason entries.state "
    "entries.amount_fen sums.state sums.amount_fen settlement.tax_fen balance_fen",
    "GET /papers": "items.id items.kind items.object items.format items.state page per_page total",
    "POST /papers": "id kind object format state",
    "GET /papers/{paper_id}": "id kind object format state content_base64 sha256",
    "GET /reconciliation": "agrees breaks",
    "GET /audit": "object items",
}


@pytest.fixture
def document(stranger: Caller) -> dict[str, Any]:
    return dict(stranger.get("/openapi.json").get_json())


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def answer_of(operation: dict[str, Any]) -> dict[str, Any]:
    status = next(status for status in operation["responses"] if status.startswith("2"))
    return operation["responses"][status]["content"]["application/json"]


def names_in(document: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """Names of all fields, those inside others as `outer.inner`."""
    if "$ref" in schema:
        return names_in(document, document["components"]["schemas"][schema["$ref"].split("/")[-1]])
    for part in schema.get("anyOf", schema.get("allOf", ())):
        if "$ref" in part:
            return names_in(document, part)
    if "items" in schema:
        return names_in(document, schema["items"])
    found = set()
    for name, inner in schema.get("properties", {}).items():
        found |= {name} | {f"{name}.{deeper}" for deeper in names_in(document, inner)}
    return found


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_call_of_the_contract_is_there_with_its_fields(document):
    described = operations(document)
    assert set(described) == set(PROMISED)
    for call, promised in PROMISED.items():
        missing = set(promised.split()) - names_in(document, answer_of(described[call])["schema"])
        assert missing == set(), call


def test_every_call_has_summary_schema_example_refusals_and_security(document):
    for call, operation in operations(document).items():
        assert operation["summary"], call
        assert answer_of(operation)["schema"]["$ref"].startswith(SPECIMEN), call
        assert answer_of(operation)["example"], call
        assert {"401", "429"} <= set(operation["responses"]), call
        assert operation["security"] in ([{}], [{"bearer": []}]), call
        assert len(operation["tags"]) == 1, call
        if "{" in call:
            assert "404" in operation["responses"], call
        if body := operation.get("requestBody"):
            content = body["content"].get("application/json")
            if content is None:
                assert {"text/csv"} < set(body["content"]), call
                continue
            assert content["schema"]["$ref"].startswith(SPECIMEN), call
            assert content["example"], call
            assert {"400", "413", "415", "422"} <= set(operation["responses"]), call


def test_a_query_that_names_something_may_not_find_it(document):
    described = operations(document)
    for call in ("GET /audit", "GET /papers", "GET /county/summary"):
        assert "404" in described[call]["responses"], call


def test_refusals_say_which_headers_programs_act_on(document):
    refusals = document["components"]["responses"]
    assert refusals["UNAUTHORIZED"]["headers"]["WWW-Authenticate"]["required"]
    assert refusals["TOO_MANY_REQUESTS"]["headers"]["Retry-After"]["required"]


def test_every_field_that_is_not_rare_is_promised(document):
    """A client need not ask of every field whether it is there."""
    schemas = document["components"]["schemas"]
    assert set(schemas["Order"]["required"]) == set(schemas["Order"]["properties"])
    told_at_times = set(schemas["Problem"]["properties"]) - set(schemas["Problem"]["required"])
    assert told_at_times == {"state", "variant_id", "available"}


def test_an_address_of_a_card_payment_is_empty_for_a_transfer(document):
    payment = document["components"]["schemas"]["Payment"]
    assert payment["properties"]["checkout_url"]["type"] == ["string", "null"]


def test_every_example_is_what_its_schema_says(document):
    for call, operation in operations(document).items():
        contents = [answer_of(operation)]
        body = operation.get("requestBody", {}).get("content", {})
        if "application/json" in body:
            contents.append(body["application/json"])
        for content in contents:
            schema = {**content["schema"], "components": document["components"]}
            wrong = list(Draft202012Validator(schema).iter_errors(content["example"]))
            assert wrong == [], call


def test_examples_go_in_as_they_are_shown(document, app: Flask):
    """Each request example passes the very schema that the call reads it with."""
    for rule in app.url_map.iter_rules():
        documented = getattr(app.view_functions[rule.endpoint], "_apidoc", {})
        for parameter in documented.get("arguments", {}).get("parameters", ()):
            if parameter["in"] == "json":
                loaded = parameter["schema"]().load(parameter["example"])
                assert loaded is not None, rule.rule


def test_only_what_is_public_goes_without_a_token(document, app: Flask):
    described = operations(document)
    public = {call for call, operation in described.items() if operation["security"] == [{}]}
    views = app.view_functions.items()
    endpoints = {
        name for name, view in views if name.startswith("api_") and rule_of(view) is Public
    }
    assert public == {
        "POST /tokens",
        "POST /webhooks/stripe",
        "GET /products",
        "GET /products/{product_id}",
        "GET /products/{product_id}/reviews",
        "GET /villages",
        "GET /villages/{code}/sales",
        "GET /townships/{code}/sales",
        "GET /county/summary",
    }
    assert len(endpoints) == len(public) + len({"openapi", "docs"})


def test_every_write_of_a_person_takes_an_idempotency_key(document):
    for call, operation in operations(document).items():
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        is_write = not call.startswith("GET") and operation["security"] != [{}]
        assert ("Idempotency-Key" in names) == is_write, call


def test_operations_are_told_apart_by_their_ids(document):
    ids = [operation["operationId"] for operation in operations(document).values()]
    assert len(ids) == len(set(ids))


def test_the_page_shows_every_call_and_runs_nothing(document, stranger: Caller):
    answer = stranger.get("/docs")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for call in operations(document):
        method, path = call.split()
        assert f"{method} /api/v1{path}" in page
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)


def test_the_document_speaks_the_readers_language(app: Flask):
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    english = operations(client.get("/api/v1/openapi.json").get_json())
    assert not re.search("[一-鿿]", english["POST /purchases"]["summary"])
