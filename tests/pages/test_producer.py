"""A producer's desk: today's work, parcels, goods in."""

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Batch, BatchOrigin
from tests.county import HUIGOU, YUNCAI, County
from tests.pages.conftest import Road


def test_the_desk_begins_with_what_is_to_be_confirmed(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    page = road.visit(county.clerk).see(f"/producer/{county.producer_id}")
    assert f'href="/orders/{order_id}"' in page


def test_another_producers_desk_is_not_found(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    other = road.visit(county.other_clerk)
    for place in ("", "/orders", "/stock", "/statement"):
        other.see(f"/producer/{county.producer_id}{place}", 404)
    other.send(f"/orders/{order_id}/confirm", 404)
    road.visit(county.buyer).see(f"/producer/{county.producer_id}", 403)


def test_freight_changes_while_confirming(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    clerk = road.visit(county.clerk)
    assert 'href="#freight"' in clerk.send(f"/orders/{order_id}/confirm", 422, freight="abc").text
    clerk.send(f"/orders/{order_id}/confirm", freight="８.５０")
    assert road.order(order_id).freight_fen == 850


def test_an_order_is_shipped_in_two_parcels(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 5))
    (line,) = road.lines(order_id)
    clerk = road.visit(county.clerk)
    clerk.send(f"/orders/{order_id}/confirm")
    first = {"carrier": "邮政", "tracking": "ＥＭＳ１", f"ship-{line.id}": "2"}
    clerk.send(f"/orders/{order_id}/ship", **first)
    assert road.order(order_id).shipment_state == "PART"
    assert "EMS1" in clerk.see(f"/orders/{order_id}")
    assert "还有 3 件未发" in clerk.see(f"/orders/{order_id}")
    clerk.send(f"/orders/{order_id}/ship", **{**first, "tracking": "EMS2", f"ship-{line.id}": "3"})
    assert road.order(order_id).shipment_state == "SHIPPED"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("carrier", ""), ("tracking", "x" * 61), ("lines", "0"), ("ship", "1.5"), ("ship", "-2")],
)
def test_a_parcel_that_cannot_be_is_refused(
    county: County, road: Road, field: str, typed: str
) -> None:
    order_id = road.place((county.mushrooms, 5))
    (line,) = road.lines(order_id)
    clerk = road.visit(county.clerk)
    clerk.send(f"/orders/{order_id}/confirm")
    sent = {"carrier": "邮政", "tracking": "EMS1", f"ship-{line.id}": "2"}
    name = f"ship-{line.id}" if field in {"lines", "ship"} else field
    answer = clerk.send(f"/orders/{order_id}/ship", 422, **{**sent, name: typed})
    assert f'href="#{"lines" if field == "lines" else name}"' in answer.text
    assert road.order(order_id).shipment_state == "NONE"


def goods_in(county: County, **changes: str) -> dict[str, str]:
    fields = {
        "variant_id": str(county.mushrooms.variant_id),
        "code": "HG-2026-1123",
        "produced_on": "2026-11-20",
        "shelf_life_days": "365",
        "quantity": "40",
        "village-1": "会沟村",
        "share-1": "33.3333",
        "village-2": YUNCAI,
        "share-2": "66.6667%",
    }
    return {**fields, **changes}


def test_goods_come_in_with_the_villages_shares(county: County, road: Road) -> None:
    clerk = road.visit(county.clerk)
    clerk.send(f"/producer/{county.producer_id}/batches", **goods_in(county))
    (batch,) = road.look(select(Batch).where(Batch.code == "HG-2026-1123"))
    origin = road.look(select(BatchOrigin).where(BatchOrigin.batch_id == batch.id))
    assert batch.quantity_on_hand == 40
    shares = {share.village_code: share.share_ppm for share in origin}
    assert shares == {HUIGOU: 333_333, YUNCAI: 666_667}


@pytest.mark.parametrize(
    ("field", "typed", "named"),
    [
        ("share-2", "66.6666", "share-1"),
        ("share-2", "0", "share-2"),
        ("share-2", "1e2", "share-2"),
        ("village-2", "会沟", "village-2"),
        ("quantity", "0", "quantity"),
        ("quantity", "1e9", "quantity"),
        ("produced_on", "2026-13-40", "produced_on"),
        ("produced_on", "2027-01-01", "produced_on"),
        ("code", "批次/1", "code"),
        ("shelf_life_days", "-3", "shelf_life_days"),
    ],
)
def test_goods_that_cannot_come_in_name_their_field(
    county: County, road: Road, field: str, typed: str, named: str
) -> None:
    clerk = road.visit(county.clerk)
    place = f"/producer/{county.producer_id}/batches"
    answer = clerk.send(place, 422, **goods_in(county, **{field: typed}))
    assert f'href="#{named}"' in answer.text
    assert f'value="{typed}"' in answer.text


def test_goods_of_another_producer_do_not_come_in_here(county: County, road: Road) -> None:
    clerk = road.visit(county.clerk)
    sent = goods_in(county, variant_id=str(county.noodles.variant_id))
    clerk.send(f"/producer/{county.producer_id}/batches", 404, **sent)
