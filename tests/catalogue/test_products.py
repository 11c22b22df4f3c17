"""Products, packs, batches and recognitions, and what lists keep of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import (
    add_variant,
    certify,
    change_price,
    create_product,
    publish,
    receive_batch,
    withdraw,
    withdraw_certificate,
)
from marketplace.catalogue.models import Batch, Product
from marketplace.catalogue.queries import (
    ProductFilter,
    get_product,
    list_products,
    variants_for,
)
from marketplace.catalogue.rules import (
    BatchCodeTaken,
    Certificate,
    CertificateTaken,
    NewProduct,
    NewVariant,
    OriginShare,
    ProductIncomplete,
    ReceivedBatch,
    SharesMustSum,
    UnknownVillage,
    certificate_for,
    per_500_g,
)
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from tests.catalogue.shelf import (
    ALL_HUIGOU,
    HUIGOU,
    NOW,
    TODAY,
    YUNCAI,
    open_shop,
    put_batch,
    put_product,
    put_variant,
)

FIRST_PAGE = PageRequest(1, 24)
PAPER = Certificate("鄂扶-1", "郧阳区", date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def product(session: Session) -> Product:
    return put_product(session, open_shop(session))


def test_lists_show_the_lowest_price_and_the_lowest_per_500_g(session, product):
    add_variant(session, product.id, NewVariant("250 克", 2_000, 250), NOW)
    big = add_variant(session, product.id, NewVariant("2.5 公斤", 15_000, 2_500), NOW)
    assert (product.lowest_price_fen, product.price_per_500g_fen) == (2_000, 3_000)
    change_price(session, big.id, 25_000, NOW)
    assert product.price_per_500g_fen == 4_000


@pytest.mark.parametrize(
    ("price_fen", "grams", "expected"), [(1, 500, 1), (100, 300, 167), (3990, 0, None), (1, 1, 500)]
)
def test_the_price_of_500_g_is_rounded_to_a_fen(price_fen, grams, expected):
    assert per_500_g(price_fen, grams) == expected


def test_a_product_stands_in_the_village_with_most_of_its_newest_batch(session, product):
    variant = put_variant(session, product)
    put_batch(
        session,
        variant,
        5,
        code="NEW",
        made=date(2026, 11, 2),
        origin=(OriginShare(HUIGOU, 300_000), OriginShare(YUNCAI, 700_000)),
    )
    put_batch(session, variant, 5, code="OLD", made=date(2026, 10, 1))
    assert (product.village_code, product.village_count) == (YUNCAI, 2)
    assert product.township_code == "420304102000"


@pytest.mark.parametrize(
    "origin",
    [
        (),
        (OriginShare(HUIGOU, 999_999),),
        (OriginShare(HUIGOU, 1_000_001),),
        (OriginShare(HUIGOU, 1_000_000), OriginShare(YUNCAI, 0)),
        (OriginShare(HUIGOU, 500_000), OriginShare(HUIGOU, 500_000)),
        (OriginShare(HUIGOU, 1_500_000), OriginShare(YUNCAI, -500_000)),
    ],
)
def test_shares_that_do_not_make_the_whole_are_refused(session, product, origin):
    variant = put_variant(session, product)
    with pytest.raises(SharesMustSum):
        put_batch(session, variant, 5, origin=origin)
    assert session.scalar(select(func.count()).select_from(Batch)) == 0


@pytest.mark.parametrize("code", ["420304999999", "", "会沟村", "4203041062001"])
def test_a_batch_from_an_unknown_village_is_refused(session, product, code):
    variant = put_variant(session, product)
    with pytest.raises(UnknownVillage):
        put_batch(session, variant, 5, origin=(OriginShare(code, 1_000_000),))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 2**63}, "quantity"),
        ({"code": ""}, "code"),
        ({"code": "批次"}, "code"),
        ({"code": "A" * 41}, "code"),
        ({"code": "A\0B"}, "code"),
        ({"produced_on": date(2026, 11, 24)}, "produced_on"),
        ({"shelf_life_days": 0}, "shelf_life_days"),
        ({"shelf_life_days": 10**9}, "shelf_life_days"),
    ],
)
def test_a_batch_that_cannot_be_names_the_field(session, product, change, field):
    variant = put_variant(session, product)
    good = ReceivedBatch(variant.id, "B-1", date(2026, 11, 1), 365, 5, ALL_HUIGOU)
    with pytest.raises(InvalidInput) as refused:
        receive_batch(session, replace(good, **change), NOW)
    assert [error.field for error in refused.value.errors] == [field]


def test_a_batch_code_is_used_once(session, product):
    variant = put_variant(session, product)
    put_batch(session, variant, 5)
    with pytest.raises(BatchCodeTaken):
        put_batch(session, variant, 5)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"price_fen": 0}, "price_fen"),
        ({"price_fen": -1}, "price_fen"),
        ({"price_fen": 2**64}, "price_fen"),
        ({"pack_grams": -1}, "pack_grams"),
        ({"minimum_quantity": 0}, "minimum_quantity"),
    ],
)
def test_a_pack_that_cannot_be_names_the_field(session, product, change, field):
    with pytest.raises(InvalidInput) as refused:
        add_variant(session, product.id, replace(NewVariant("500 克", 100, 500), **change), NOW)
    assert [error.field for error in refused.value.errors] == [field]


def test_a_product_needs_a_name_a_category_and_a_village(session, product):
    good = NewProduct(product.producer_id, "shiitake", "木耳", HUIGOU)
    with pytest.raises(InvalidInput):
        create_product(session, replace(good, name=" "), NOW)
    with pytest.raises(InvalidInput):
        create_product(session, replace(good, category_code="gold"), NOW)
    with pytest.raises(UnknownVillage):
        create_product(session, replace(good, village_code="420304000000"), NOW)


def test_a_product_without_a_pack_cannot_be_offered(session, product):
    with pytest.raises(ProductIncomplete):
        publish(session, product.id, NOW)


def test_only_published_products_are_listed_and_shown(session, product):
    variant = put_variant(session, product)
    assert list_products(session, ProductFilter(), FIRST_PAGE, TODAY).total == 0
    publish(session, product.id, NOW)
    assert list_products(session, ProductFilter(), FIRST_PAGE, TODAY).total == 1
    assert variants_for(session, [variant.id], TODAY)[variant.id].is_on_sale
    withdraw(session, product.id, NOW)
    assert list_products(session, ProductFilter(), FIRST_PAGE, TODAY).total == 0
    assert not variants_for(session, [variant.id], TODAY)[variant.id].is_on_sale
    with pytest.raises(NotFound):
        get_product(session, product.id, TODAY)


def test_publishing_again_keeps_the_first_day(session, product):
    put_variant(session, product)
    publish(session, product.id, NOW)
    withdraw(session, product.id, NOW)
    publish(session, product.id, NOW + timedelta(days=90))
    assert product.published_at == NOW


def test_a_certificate_holds_on_its_first_and_last_day_only(session, product):
    variant = put_variant(session, product)
    certify(session, product.id, PAPER, NOW)
    facts = variants_for(session, [variant.id], TODAY)[variant.id]
    days = (date(2025, 12, 31), PAPER.valid_from, PAPER.valid_until, date(2027, 1, 1))
    assert [facts.is_certified_on(day) for day in days] == [False, True, True, False]


def test_a_certificate_number_stands_for_one_recognition(session, product):
    certify(session, product.id, PAPER, NOW)
    with pytest.raises(CertificateTaken):
        certify(session, product.id, PAPER, NOW)
    upside_down = replace(PAPER, number="2", valid_until=date(2025, 1, 1))
    with pytest.raises(InvalidInput):
        certify(session, product.id, upside_down, NOW)


def test_a_withdrawn_certificate_no_longer_shows(session, product):
    certify(session, product.id, PAPER, NOW)
    withdraw_certificate(session, PAPER.number, NOW)
    assert product.certification_number is None


def test_of_several_certificates_the_one_in_force_shows():
    next_year = Certificate("2", "区", date(2027, 1, 1), date(2027, 12, 31))
    past = Certificate("0", "区", date(2025, 1, 1), date(2025, 12, 31))
    assert certificate_for([past, next_year, PAPER], TODAY) is PAPER
    assert certificate_for([past, next_year], TODAY) is next_year
    assert certificate_for([past], TODAY) is past
    assert certificate_for([], TODAY) is None
