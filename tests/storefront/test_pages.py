"""The public pages: what they show, that it adds up, and that nothing typed breaks them."""

from datetime import date

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from config import ROOT
from marketplace.catalogue.models import Batch, Product
from marketplace.geography.models import PoorVillageListing, Village
from tests import county as made
from tests.county import County
from tests.storefront.conftest import PAGES

WORDS = ROOT / "marketplace" / "translations" / "en" / "storefront.po"


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_speaks_english(county: County, app: Flask, address: str):
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    text = text_of(app.test_client(), address)
    assert '<html lang="en">' in text
    with WORDS.open("rb") as file:
        chinese = {message.id for message in read_po(file) if message.id and len(message.id) > 3}
    assert [words for words in chinese if f">{words}<" in text] == []


def test_the_home_page_says_what_villages_sold_this_year(county: County, client: FlaskClient):
    text = text_of(client, "/")
    assert "1 个村卖出" in text
    assert "¥100.03" in text
    assert "还有 339 个村" in text
    assert "椴木香菇" in text


def test_a_category_can_be_narrowed(county: County, client: FlaskClient):
    everything = text_of(client, "/categories/shiitake")
    assert "3 种商品" in everything
    certified = text_of(client, "/categories/shiitake?certified=1&sort=price")
    assert "2 种商品" in certified
    assert certified.index("红薯粉条") < certified.index("椴木香菇")
    assert "1 种商品" in text_of(client, "/categories/shiitake?min_price=65&max_price=99")
    assert "没有符合条件的商品" in text_of(client, "/categories/shiitake?min_price=1000")


def test_a_price_that_cannot_be_read_is_said_beside_its_field(county: County, client: FlaskClient):
    text = text_of(client, "/categories/shiitake?min_price=abc&max_price=1.999")
    assert 'id="min_price-error"' in text
    assert 'id="max_price-error"' in text
    assert 'value="abc"' in text
    assert "3 种商品" in text


def test_a_product_shows_price_stock_origin_and_certificate(county: County, client: FlaskClient):
    text = text_of(client, f"/products/{county.mushrooms.product_id}")
    for words in ("¥64.03", "有货 1000 件", "B00001", "33.3%", "66.6%", "鄂扶 1", "2026年11月1日"):
        assert words in text
    assert f'name="variant_id" value="{county.mushrooms.variant_id}"' in text
    assert 'action="/basket/lines"' in text


def test_a_product_that_is_sold_out_cannot_be_put_in_the_basket(
    county: County, session: Session, client: FlaskClient
):
    session.execute(update(Batch).values(quantity_on_hand=0))
    session.commit()
    text = text_of(client, f"/products/{county.mushrooms.product_id}")
    assert "暂时售完" in text
    assert 'name="variant_id"' not in text


def test_a_withdrawn_product_is_gone_but_its_parcel_still_traces(
    county: County, session: Session, client: FlaskClient
):
    session.execute(update(Product).values(state="WITHDRAWN"))
    session.commit()
    gone = client.get("/products/1")
    assert gone.status_code == 404
    # Orders and the villages' books lead here still.
    assert "这件商品已经下架" in gone.text
    assert "这件商品已经下架" not in client.get("/products/999").text
    text = text_of(client, "/trace/B00001")
    assert "椴木香菇" in text
    assert "再买一些" not in text


def test_what_people_wrote_cannot_become_markup(
    county: County, session: Session, client: FlaskClient
):
    evil = "<script>alert(1)</script>"
    session.execute(update(Product).values(name=evil, description=evil))
    session.commit()
    for address in (*PAGES, f"/search?q={evil}"):
        assert "<script>alert" not in text_of(client, address)


def test_a_villages_page_adds_up(county: County, client: FlaskClient):
    text = text_of(client, f"/villages/{made.YUNCAI}")
    # The total in words, under products, under producers and under months: the same fen.
    assert text.count("¥67.03") >= 7
    assert "椴木香菇" in text
    assert "还没有入账的销售" in text_of(client, f"/villages/{made.YUNCAI}?year=2025")


def test_a_village_tells_when_it_was_poor_and_what_became_of_it(
    county: County, session: Session, client: FlaskClient
):
    listing = {"listed_from": date(2014, 1, 1), "listed_until": date(2020, 4, 21)}
    session.add(PoorVillageListing(village_code=made.YUNCAI, source="名单", **listing))
    session.execute(
        update(Village)
        .where(Village.code == made.YUNCAI)
        .values(abolished_on=date(2026, 5, 1), successor_code=made.HUIGOU)
    )
    session.commit()
    text = text_of(client, f"/villages/{made.YUNCAI}")
    assert "2014年1月1日 至 2020年4月21日" in text
    assert "2026年5月1日" in text
    assert f"/villages/{made.HUIGOU}" in text


def test_the_board_shows_the_same_total_everywhere(county: County, client: FlaskClient):
    text = text_of(client, "/board")
    assert text.count("¥100.03") >= 6
    assert "杨溪铺镇卖得最多" in text
    assert text.count('class="shade-') == 20


def test_the_villages_page_names_every_village_under_its_township(
    county: County, client: FlaskClient
):
    text = text_of(client, "/villages")
    assert text.count('href="/villages/4203') == 350
    assert text.count('id="township-') == 20


def test_pages_beyond_the_last_lead_back(county: County, client: FlaskClient):
    text = text_of(client, "/categories/shiitake?page=99")
    assert "没有这么多页" in text


NOWHERE = (
    "/products/0",
    "/products/99999999999999999999999999",
    "/products/-1",
    "/products/x",
    "/producers/0",
    "/producers/99999999999999999999999999",
    "/categories/none",
    "/categories/%00",
    "/categories/%27%22",
    "/villages/420304000000",
    "/villages/%E2%80%AE",
    "/trace/%00",
    "/trace/" + "x" * 500,
)
NONSENSE = (
    "q=%00",
    "q=%E2%80%AE",
    "q=" + "香" * 5_000,
    "q=!!!",
    "q=" + "%20".join(f"w{n}" for n in range(200)),
    "page=999999999999999999999",
    "page=-1",
    "page=٣",
    "page=1e9",
    "sort=%00&township=%00&certified=maybe",
    "township=" + "4" * 12,
    "category=%27%3B--",
    "min_price=-1&max_price=1e400",
    "min_price=99999999999999999999",
    "endpoint=x&_external=1&_scheme=ftp&_anchor=y&page=1",
)


def test_what_does_not_exist_is_not_found(county: County, client: FlaskClient):
    answers = {address: client.get(address).status_code for address in NOWHERE}
    assert answers == dict.fromkeys(NOWHERE, 404)


@pytest.mark.parametrize("path", ["/search", "/categories/shiitake", "/producers/1"])
def test_no_query_breaks_a_list(county: County, client: FlaskClient, path: str):
    answers = {query: client.get(f"{path}?{query}").status_code for query in NONSENSE}
    assert answers == dict.fromkeys(NONSENSE, 200)


def test_a_year_that_cannot_be_meant_is_this_year(county: County, client: FlaskClient):
    for year in ("0", "-1", "99999999999", "x", "%00", "2019", "2027", "٢٠٢٦"):
        assert "2026 年销售" in text_of(client, f"/board?year={year}")


def test_an_empty_marketplace_has_no_broken_page(client: FlaskClient):
    for address in ("/", "/search", "/villages", "/board"):
        assert client.get(address).status_code == 200
