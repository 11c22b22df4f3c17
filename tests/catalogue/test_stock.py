"""Stock is reserved first expired first out, never twice, and all or nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import add_sold, issue, put_back, release, reserve
from marketplace.catalogue.models import Batch, Product, StockMovement, Variant
from marketplace.catalogue.queries import variants_for
from marketplace.catalogue.rules import InsufficientStock, Lot, OriginShare, take
from tests.catalogue.shelf import (
    HUIGOU,
    NOW,
    TODAY,
    YUNCAI,
    open_shop,
    put_batch,
    put_product,
    put_variant,
)


@pytest.fixture
def variant(session: Session) -> Variant:
    return put_variant(session, put_product(session, open_shop(session)))


def quantities(session: Session, batch: Batch) -> tuple[int, int]:
    session.refresh(batch)
    return batch.quantity_on_hand, batch.quantity_reserved


def test_what_expires_first_is_sold_first(session, variant):
    late = put_batch(session, variant, 10, code="LATE", days=300)
    soon = put_batch(session, variant, 5, code="SOON", days=60)
    parts = reserve(session, {variant.id: 8}, NOW)[variant.id]
    assert [(part.batch_id, part.quantity) for part in parts] == [(soon.id, 5), (late.id, 3)]


def test_goods_that_do_not_perish_are_sold_last(session, variant):
    lasting = put_batch(session, variant, 10, code="EVER", days=None)
    perishing = put_batch(session, variant, 1, code="SOME", days=9000)
    parts = reserve(session, {variant.id: 2}, NOW)[variant.id]
    assert [part.batch_id for part in parts] == [perishing.id, lasting.id]


def test_the_day_of_expiry_is_too_late_to_sell(session, variant):
    put_batch(session, variant, 10, made=date(2026, 11, 13), days=10)
    with pytest.raises(InsufficientStock) as refused:
        reserve(session, {variant.id: 1}, NOW)
    assert refused.value.params["available"] == 0
    assert reserve(session, {variant.id: 1}, NOW - timedelta(days=1))


def test_an_allocation_carries_the_villages_of_its_batch(session, variant):
    origin = (OriginShare(YUNCAI, 400_000), OriginShare(HUIGOU, 600_000))
    put_batch(session, variant, 10, origin=origin)
    (part,) = reserve(session, {variant.id: 1}, NOW)[variant.id]
    assert set(part.origins) == set(origin)


def test_too_little_names_the_variant_and_what_is_left_and_reserves_nothing(session, variant):
    batch = put_batch(session, variant, 10)
    other = put_variant(session, put_product(session, 1, "红薯粉条"))
    plenty = put_batch(session, other, 100, code="PLENTY")
    reserve(session, {variant.id: 4}, NOW)
    with pytest.raises(InsufficientStock) as refused:
        reserve(session, {other.id: 1, variant.id: 7}, NOW)
    assert refused.value.params == {
        "variant": "椴木香菇 · 500 克",
        "variant_id": variant.id,
        "available": 6,
    }
    assert quantities(session, batch) == (10, 4)
    assert quantities(session, plenty) == (100, 0)


def test_a_variant_that_does_not_exist_has_nothing_to_sell(session, variant):
    with pytest.raises(InsufficientStock):
        reserve(session, {987_654: 1}, NOW)


def test_released_goods_can_be_reserved_again(session, variant):
    batch = put_batch(session, variant, 3)
    reserve(session, {variant.id: 3}, NOW)
    release(session, {batch.id: 3}, NOW)
    assert quantities(session, batch) == (3, 0)
    assert reserve(session, {variant.id: 3}, NOW)


def test_more_than_was_reserved_cannot_be_released(session, variant):
    batch = put_batch(session, variant, 3)
    reserve(session, {variant.id: 1}, NOW)
    with pytest.raises(AssertionError):
        release(session, {batch.id: 2}, NOW)


def test_goods_that_leave_are_on_hand_no_more_and_leave_a_trace(session, variant):
    batch = put_batch(session, variant, 10)
    reserve(session, {variant.id: 4}, NOW)
    issue(session, {batch.id: 4}, "shipment:1", NOW)
    put_back(session, {batch.id: 1}, "refund:1", NOW)
    assert quantities(session, batch) == (7, 0)
    moved = select(func.sum(StockMovement.quantity)).where(StockMovement.batch_id == batch.id)
    assert session.scalar(moved) == 7


def test_the_same_shipment_cannot_leave_twice(session, variant):
    batch = put_batch(session, variant, 10)
    reserve(session, {variant.id: 4}, NOW)
    issue(session, {batch.id: 2}, "shipment:1", NOW)
    with pytest.raises(IntegrityError):
        issue(session, {batch.id: 2}, "shipment:1", NOW)


def test_the_table_itself_refuses_to_reserve_more_than_there_is(session, variant):
    batch = put_batch(session, variant, 3)
    batch.quantity_reserved = 4
    with pytest.raises(IntegrityError):
        session.flush()


def test_available_is_what_is_neither_reserved_nor_expired(session, variant):
    put_batch(session, variant, 10)
    put_batch(session, variant, 50, code="OLD", made=date(2026, 1, 1), days=30)
    reserve(session, {variant.id: 4}, NOW)
    assert variants_for(session, [variant.id], TODAY)[variant.id].available == 6


def test_refunds_take_away_from_what_was_sold(session, variant):
    add_sold(session, {variant.product_id: 5}, NOW)
    add_sold(session, {variant.product_id: -2}, NOW)
    sold = select(Product.sold_quantity).where(Product.id == variant.product_id)
    assert session.scalar(sold) == 3


@given(
    st.lists(st.tuples(st.integers(0, 50), st.none() | st.dates()), max_size=8),
    st.integers(1, 200),
)
def test_taking_never_exceeds_a_lot_and_stops_at_the_wish(rows, wish):
    lots = [Lot(number, free, until) for number, (free, until) in enumerate(rows)]
    taken = take(lots, wish)
    assert sum(taken.values()) == min(wish, sum(lot.available for lot in lots))
    assert all(0 < taken[lot.batch_id] <= lot.available for lot in lots if lot.batch_id in taken)
