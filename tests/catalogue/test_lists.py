"""Lists of what is published: narrowed, sorted, paged, counted, traced."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import (
    certify,
    change_price,
    publish,
    put_categories,
)
from marketplace.catalogue.models import Category, Product
from marketplace.catalogue.queries import (
    ProductFilter,
    Sort,
    count_facets,
    get_product,
    get_traced_batch,
    list_categories,
    list_products,
    variants_for,
)
from marketplace.catalogue.rules import (
    Certificate,
)
from marketplace.core.errors import NotFound
from marketplace.core.paging import PageRequest
from tests.catalogue.shelf import (
    HUIGOU,
    NOW,
    TODAY,
    YUNCAI,
    open_shop,
    published,
    put_batch,
    put_product,
    put_variant,
)

FIRST_PAGE = PageRequest(1, 24)
PAPER = Certificate("鄂扶-1", "郧阳区", date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def product(session: Session) -> Product:
    return put_product(session, open_shop(session))


def test_categories_can_be_written_again_and_count_what_is_published(session, product):
    put_variant(session, product)
    publish(session, product.id, NOW)
    put_categories(session)
    codes = [one.code for one in list_categories(session)]
    assert session.scalar(select(func.count()).select_from(Category)) == len(set(codes))
    facets = count_facets(session, ProductFilter(), TODAY)
    assert [(one.key, one.products) for one in facets.category] == [("shiitake", 1)]


def test_filters_narrow_and_sorts_order(session, product):
    producer_id = product.producer_id
    cheap = published(session, producer_id, "便宜香菇")
    dear = published(session, producer_id, "贵香菇")
    change_price(
        session, get_product(session, dear.id, TODAY).packs[0].facts.variant_id, 99_00, NOW
    )
    certify(session, dear.id, PAPER, NOW)

    def found(**sides: object) -> list[int]:
        wanted = ProductFilter(**sides)  # type: ignore[arg-type]
        return [card.id for card in list_products(session, wanted, FIRST_PAGE, TODAY).items]

    assert found(sort=Sort.PRICE) == [cheap.id, dear.id]
    assert found(sort=Sort.PRICE_DOWN) == [dear.id, cheap.id]
    assert found(certified=True) == [dear.id]
    assert found(certified=False) == [cheap.id]
    assert found(min_price_fen=99_00) == [dear.id]
    assert found(max_price_fen=98_99) == [cheap.id]
    assert found(village=HUIGOU, category="shiitake", sort=Sort.PRICE) == [cheap.id, dear.id]
    assert found(village=YUNCAI) == []
    assert found(township="420304106000", producer=producer_id, sort=Sort.NEWEST)
    facets = count_facets(session, ProductFilter(category="shiitake"), TODAY)
    assert [(place.name, place.products) for place in facets.township] == [("白浪镇", 2)]
    assert facets.certified_products == 1


def test_pages_of_a_list_hold_each_product_once(session, product):
    for number in range(7):
        published(session, product.producer_id, f"香菇 {number}")
    pages = [
        list_products(session, ProductFilter(), PageRequest(n, 3), TODAY) for n in (1, 2, 3, 4)
    ]
    assert [len(page.items) for page in pages] == [3, 3, 1, 0]
    assert {page.total for page in pages} == {7}
    assert len({card.id for page in pages for card in page.items}) == 7


def test_a_batch_code_leads_from_parcel_to_villages(session, product):
    put_batch(session, put_variant(session, product), 5, code="25-HG-7")
    traced = get_traced_batch(session, "25-HG-7", TODAY)
    assert [(o.village_name, o.share_ppm) for o in traced.batch.origins] == [("会沟村", 1_000_000)]
    for code in ("nothing", "", "A\0", "x" * 500, "批次"):
        with pytest.raises(NotFound):
            get_traced_batch(session, code, TODAY)


@pytest.mark.parametrize("product_id", [0, -1, 2**63, 10**30, 404])
def test_an_id_that_cannot_be_is_simply_not_found(session, product, product_id):
    with pytest.raises(NotFound):
        get_product(session, product_id, TODAY)
    assert variants_for(session, [product_id], TODAY) == {}
