"""Products as programs find them, and the batches that producers bring in."""

import pytest

from marketplace.core.money import PPM
from tests.api.conftest import CallAs, Caller, fields_of
from tests.county import HUIGOU, YUNCAI, County, goods
from tests.search.indexing import index


@pytest.fixture
def shop(county: County, session, tmp_path) -> County:
    """The county, with its goods in the index."""
    index(session, tmp_path)
    session.commit()
    return county


def found(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json["items"]]


def test_a_card_says_who_where_and_how_much(shop: County, stranger: Caller):
    (card,) = stranger.get("/products", q="椴木").json["items"]
    assert card["id"] == shop.mushrooms.product_id
    assert (card["name"], card["category"], card["certified"]) == ("椴木香菇", "shiitake", True)
    assert card["producer"] == {"id": shop.producer_id, "name": "会沟村食用菌合作社"}
    assert {village["code"]: village["share_ppm"] for village in card["villages"]} == {
        HUIGOU: 333_333,
        YUNCAI: 666_667,
    }
    assert card["variants"] == [
        {
            "id": shop.mushrooms.variant_id,
            "name": "500 克",
            "price_fen": 6_403,
            "pack_grams": 500,
            "min_quantity": 1,
            "available": 1000,
            "tiers": [],
        }
    ]
    with stranger.client.get(card["image_url"]) as picture:
        assert picture.status_code == 200


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"椴木香菇", "散装橄榄油", "红薯粉条"}),
        ({"q": "粉条"}, {"红薯粉条"}),
        ({"q": "没有这种东西"}, set()),
        ({"certified": "true"}, {"椴木香菇", "红薯粉条"}),
        ({"certified": "false"}, {"散装橄榄油"}),
        ({"min_price_fen": "6403"}, {"椴木香菇", "散装橄榄油"}),
        ({"max_price_fen": "6403"}, {"椴木香菇", "红薯粉条"}),
        ({"min_price_fen": "6403", "max_price_fen": "6403"}, {"椴木香菇"}),
        ({"village": YUNCAI}, {"椴木香菇", "散装橄榄油", "红薯粉条"}),
        ({"village": "420304101200"}, set()),
        ({"category": "tea"}, set()),
        ({"category": "unheard-of"}, set()),
    ],
)
def test_filters_narrow(shop: County, stranger: Caller, query, names):
    answer = stranger.get("/products", **query)
    assert set(found(answer)) == names
    assert answer.json["total"] == len(names)


def test_sorting(shop: County, stranger: Caller):
    cheap = ["红薯粉条", "椴木香菇", "散装橄榄油"]
    assert found(stranger.get("/products", sort="price")) == cheap
    assert found(stranger.get("/products", sort="-price")) == cheap[::-1]


def test_facets_count_everything_found_whatever_the_page(shop: County, stranger: Caller):
    answer = stranger.get("/products", per_page=1).json
    assert (len(answer["items"]), answer["total"], answer["per_page"]) == (1, 3, 1)
    facets = answer["facets"]
    assert facets["category"] == [{"value": "shiitake", "name": "香菇", "count": 3}]
    assert {each["value"]: each["count"] for each in facets["certified"]} == {True: 2, False: 1}
    assert {each["value"]: each["count"] for each in facets["producer"]} == {
        shop.producer_id: 2,
        shop.other_producer_id: 1,
    }
    assert sum(each["count"] for each in facets["township"]) == 3


def test_pages_do_not_overlap(shop: County, stranger: Caller):
    pages = [found(stranger.get("/products", per_page=2, page=page)) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert len(set(pages[0] + pages[1])) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sort": "colour"}, "sort"),
        ({"certified": "perhaps"}, "certified"),
        ({"producer": "x"}, "producer"),
        ({"min_price_fen": "-1"}, "min_price_fen"),
        ({"min_price_fen": "1.5"}, "min_price_fen"),
        ({"max_price_fen": "1e9"}, "max_price_fen"),
        ({"min_price_fen": "2", "max_price_fen": "1"}, "max_price_fen"),
        ({"q": "a\x00"}, "q"),
        ({"q": "香" * 101}, "q"),
        ({"village": "\x00"}, "village"),
        ({"per_page": "101"}, "per_page"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_nonsense_in_a_filter_is_named(stranger: Caller, county, query, field):
    answer = stranger.get("/products", **query)
    assert (answer.status_code, fields_of(answer)) == (422, [field])


def test_one_product_tells_everything(shop: County, stranger: Caller):
    product = stranger.get(f"/products/{shop.mushrooms.product_id}").json
    assert product["price_per_500g_fen"] == 6_403
    assert product["variants"][0]["price_per_500g_fen"] == 6_403
    assert product["certification"]["number"] == f"鄂扶 {shop.mushrooms.product_id}"
    assert product["certification"]["valid_until"] == "2028-12-31"
    (batch,) = product["batches"]
    assert (batch["produced_on"], batch["expires_on"]) == ("2026-11-01", "2027-11-01")
    assert sum(village["share_ppm"] for village in batch["origin"]) == PPM
    oil = stranger.get(f"/products/{shop.oil.product_id}").json
    assert (oil["certified"], oil["certification"]) == (False, None)


def test_shares_of_several_batches_still_sum_to_the_whole(
    shop: County, stranger: Caller, call_as: CallAs
):
    clerk = call_as(shop.clerk)
    clerk.must(f"/products/{shop.mushrooms.product_id}/batches", batch(shop, quantity=7))
    product = stranger.get(f"/products/{shop.mushrooms.product_id}").json
    assert sum(village["share_ppm"] for village in product["villages"]) == PPM
    assert product["variants"][0]["available"] == 1007


def test_what_is_not_published_is_not_there(shop: County, stranger: Caller, session):
    from marketplace.catalogue.commands import withdraw
    from tests.county import START

    withdraw(session, shop.oil.product_id, START)
    session.commit()
    assert stranger.get(f"/products/{shop.oil.product_id}").status_code == 404


def batch(county: County, **changes) -> dict:
    body = {
        "variant_id": county.mushrooms.variant_id,
        "code": "NEW-1",
        "produced_on": "2026-11-20",
        "shelf_life_days": 30,
        "quantity": 40,
        "origin": [
            {"village_code": HUIGOU, "share_ppm": 999_999},
            {"village_code": YUNCAI, "share_ppm": 1},
        ],
    }
    return {**body, **changes}


def test_a_producer_brings_a_batch_in(shop: County, call_as: CallAs):
    made = call_as(shop.clerk).post(f"/products/{shop.mushrooms.product_id}/batches", batch(shop))
    assert made.status_code == 201
    assert (made.json["code"], made.json["expires_on"]) == ("NEW-1", "2026-12-20")
    assert [part["share_ppm"] for part in made.json["origin"]] == [999_999, 1]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"origin": [{"village_code": HUIGOU, "share_ppm": 999_999}]}, 422),
        ({"origin": [{"village_code": "420304999999", "share_ppm": PPM}]}, 422),
        ({"code": "B00001", "quantity": 0}, 422),
        ({"code": "XG 1"}, 422),
        ({"produced_on": "2026-11-24"}, 422),
        ({"shelf_life_days": 0}, 422),
        ({"variant_id": 999_999}, 422),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_batch_that_cannot_be_is_refused(shop: County, call_as: CallAs, changes, status):
    path = f"/products/{shop.mushrooms.product_id}/batches"
    answer = call_as(shop.clerk).post(path, batch(shop, **changes))
    assert answer.status_code == status, answer.text


def test_an_expired_batch_is_still_brought_in_and_shown(shop: County, call_as: CallAs):
    path = f"/products/{shop.mushrooms.product_id}/batches"
    old = batch(shop, produced_on="2025-01-01", shelf_life_days=10)
    made = call_as(shop.clerk).post(path, old)
    assert (made.status_code, made.json["expires_on"]) == (201, "2025-01-11")


def test_batches_are_brought_in_by_the_products_own_producer(shop: County, call_as, session):
    path = f"/products/{shop.mushrooms.product_id}/batches"
    for who in ("other_clerk", "buyer", "cashier"):
        assert call_as(getattr(shop, who)).post(path, batch(shop)).status_code == 403, who
    other = goods(session, shop.producer_id, "另一种", 100)
    session.commit()
    path = f"/products/{other.product_id}/batches"
    answer = call_as(shop.clerk).post(path, batch(shop))
    assert fields_of(answer) == ["variant_id"]


def test_villages_are_listed_by_township(stranger: Caller, county: County):
    page = stranger.get("/villages", per_page=100).json
    assert (page["total"], len(page["items"])) == (350, 100)
    township = stranger.get("/villages", township=HUIGOU[:9] + "000", per_page=100).json
    assert HUIGOU in {village["code"] for village in township["items"]}
    assert {village["township_code"] for village in township["items"]} == {HUIGOU[:9] + "000"}
