"""A producer's products in the browser: the form, the photographs, the centre's review."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import PriceEntry, Product, Variant
from marketplace.listing.models import ChangeRequest, ProductPhoto
from tests.county import HUIGOU, County
from tests.listing.photographs import jpeg, png_that_claims
from tests.listing.tables import form_of
from tests.pages.conftest import Road

FORM = {
    "name": "新香菇",
    "category": "shiitake",
    "village": f"{HUIGOU} 会沟村",
    "description": "**好吃** <script>alert(1)</script>\n\n- 一\n- 二",
    "pack-name-1": "2 斤装",
    "pack-price-1": "¥68.00",
    "pack-weight-1": "２斤",
    "pack-sku-1": "HG-1",
}


def home(county: County) -> str:
    return f"/producer/{county.producer_id}/products"


def write(county: County, road: Road, **changes: Any) -> int:
    """A draft, written in the form; its id."""
    answer = road.visit(county.clerk).send(home(county), **{**FORM, **changes})
    return int(answer.location.rpartition("/")[2])


def of_mushrooms(county: County, price: str, **changes: Any) -> dict[str, Any]:
    """The form of the mushrooms as the page would send it, at another price."""
    fields = {
        "name": "椴木香菇",
        "category": "shiitake",
        "village": "420304102209",
        "pack-id-1": county.mushrooms.variant_id,
        "pack-name-1": "500 克",
        "pack-price-1": price,
        "pack-weight-1": "500 g",
        "pack-sale-1": "1",
    }
    return {**fields, **changes}


def photo(content: bytes, name: str = "a.jpg") -> Any:
    return (BytesIO(content), name)


def test_a_product_goes_from_the_form_to_the_shop(county: County, road: Road) -> None:
    clerk = road.visit(county.clerk)
    assert "上一件新商品" in clerk.see(home(county))
    product_id = write(county, road)
    (pack,) = road.look(select(Variant).where(Variant.product_id == product_id))
    assert (pack.price_fen, pack.pack_grams) == (6_800, 1_000)
    page = f"{home(county)}/{product_id}"
    clerk.send(f"{page}/photos", photos=photo(jpeg()))
    clerk.send(f"{page}/submit")
    assert "撤回提交" in clerk.see(page)
    centre = road.visit(county.operator)
    assert "新香菇" in centre.see("/desk/products")
    assert "HG-1" in centre.see(f"/desk/products/{product_id}")
    centre.send(f"/desk/products/{product_id}/publish")
    shown = road.visit(None).see(f"/products/{product_id}")
    assert "<strong>好吃</strong>" in shown
    assert "<script>alert" not in shown
    (kept,) = road.look(select(ProductPhoto))
    assert f"/pictures/{kept.mark}/page.webp" in shown
    assert f"/pictures/{kept.mark}/card.webp" in road.visit(None).see("/categories/shiitake")


def test_a_photograph_is_kept_for_good_under_its_hash(county: County, road: Road) -> None:
    product_id = write(county, road)
    clerk = road.visit(county.clerk)
    clerk.send(f"{home(county)}/{product_id}/photos", photos=photo(jpeg()))
    (kept,) = road.look(select(ProductPhoto))
    for size in ("card", "page", "full"):
        answer = road.visit(None).client.get(f"/pictures/{kept.mark}/{size}.webp")
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    road.visit(None).see(f"/pictures/{kept.mark}/huge.webp", 404)
    road.visit(None).see(f"/pictures/{'0' * 64}/card.webp", 404)
    road.visit(None).see("/pictures/..%2f..%2fx/card.webp", 404)


def test_the_same_photograph_twice_is_one_and_the_first_leads(county: County, road: Road) -> None:
    product_id = write(county, road)
    clerk, page = road.visit(county.clerk), f"{home(county)}/{product_id}"
    clerk.send(f"{page}/photos", photos=[photo(jpeg()), photo(jpeg(800, 600))])
    clerk.send(f"{page}/photos", photos=photo(jpeg()))
    first, second = road.look(select(ProductPhoto.mark).order_by(ProductPhoto.position))
    assert road.look(select(Product.photo).where(Product.id == product_id)) == [first]
    clerk.send(f"{page}/photos/{second}/first")
    assert road.look(select(Product.photo).where(Product.id == product_id)) == [second]
    clerk.send(f"{page}/photos/{second}/remove")
    clerk.send(f"{page}/photos/{second}/remove")
    assert road.look(select(Product.photo).where(Product.id == product_id)) == [first]
    clerk.send(f"{page}/photos/{first}/remove")
    assert road.look(select(Product.photo).where(Product.id == product_id)) == [None]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.jpg", "只能上传 JPG"),
        (b"<!doctype html><script>alert(1)</script>", "../../x.jpg", "只能上传 JPG"),
        (b"GIF89a/*", "a.png", "只能上传 JPG"),
        (png_that_claims(50_000, 50_000), "a.png", "照片的像素太多"),
        (jpeg()[:700], "a.jpg", "不是完整的照片"),
        (b"", "a.jpg", "这个文件是空的"),
        (b"\xff\xd8\xff" + bytes(5 * 1024 * 1024), "a.jpg", "不能超过 5 MB"),
    ],
)
def test_a_forged_photograph_is_refused_by_its_content(
    county: County, road: Road, content: bytes, name: str, words: str
) -> None:
    product_id = write(county, road)
    clerk, page = road.visit(county.clerk), f"{home(county)}/{product_id}"
    answer = clerk.client.post(f"{page}/photos", **form_of("photos", content, name))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'href="#photos"' in answer.text
    assert road.look(select(ProductPhoto)) == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "香" * 121),
        ("name", "香\x00菇"),
        ("category", ""),
        ("category", "nothing"),
        ("village", "999999999999"),
        ("village", ""),
        ("workshop_id", "999"),
        ("workshop_id", "-1"),
        ("description", "好" * 10_000),
        ("pack-price-1", "0"),
        ("pack-price-1", "-1"),
        ("pack-price-1", "1.555"),
        ("pack-price-1", "1e9"),
        ("pack-price-1", "1000000.01"),
        ("pack-weight-1", "很重"),
        ("pack-weight-1", "0.3 克"),
        ("pack-weight-1", "99999999 公斤"),
        ("pack-minimum-1", "1.5"),
        ("pack-minimum-1", "-1"),
        ("pack-carton-1", "1000001"),
        ("pack-name-1", ""),
        ("pack-sku-1", "A" * 41),
    ],
)
def test_a_field_that_cannot_be_is_named_and_what_was_typed_is_kept(
    county: County, road: Road, field: str, typed: str
) -> None:
    before = len(road.look(select(Product)))
    answer = road.visit(county.clerk).send(home(county), 422, **{**FORM, field: typed})
    for part in (f'href="#{field}"', f'id="{field}"', f'id="{field}-error"'):
        assert part in answer.text
    assert 'value="HG-1"' in answer.text or field == "pack-sku-1"
    assert len(road.look(select(Product))) == before


def test_a_cut_holds_and_a_rise_waits_for_the_centre(county: County, road: Road) -> None:
    product_id, clerk = county.mushrooms.product_id, road.visit(county.clerk)
    page = f"{home(county)}/{product_id}"
    clerk.send(page, **of_mushrooms(county, "60.00"))
    assert "60.00" in road.visit(None).see(f"/products/{product_id}")
    clerk.send(page, **of_mushrooms(county, "70.00", reason="运费涨了"))
    assert "60.00" in road.visit(None).see(f"/products/{product_id}")
    assert "通过前仍按原来的出售" in clerk.see(page)
    assert clerk.send(page, 409, **of_mushrooms(county, "80.00")).text.count("已有一份修改") == 1
    centre = road.visit(county.operator)
    road.count()
    assert "待审核的修改" in centre.see("/desk/")
    assert "运费涨了" in centre.see("/desk/changes")
    (request,) = road.look(select(ChangeRequest.id))
    changes = f"/desk/products/{product_id}/changes/{request}"
    assert 'href="#answer"' in centre.send(f"{changes}/refuse", 422, answer="").text
    road.visit(county.clerk).send(f"{changes}/agree", 403)
    centre.send(f"{changes}/agree")
    assert "70.00" in road.visit(None).see(f"/products/{product_id}")
    fen = road.look(select(PriceEntry.price_fen).where(PriceEntry.reason != "FIRST"))
    assert fen == [6_000, 7_000]
    assert "审核通过" in clerk.see(page)


def test_a_request_is_taken_back_and_one_is_returned_with_words(county: County, road: Road) -> None:
    product_id, clerk = county.mushrooms.product_id, road.visit(county.clerk)
    page = f"{home(county)}/{product_id}"
    clerk.send(page, **of_mushrooms(county, "70.00"))
    clerk.send(f"{page}/withdraw-request")
    clerk.send(f"{page}/withdraw-request")
    clerk.send(page, **of_mushrooms(county, "71.00"))
    request = road.look(select(ChangeRequest.id).where(ChangeRequest.open_for == product_id))[0]
    centre = road.visit(county.operator)
    centre.send(f"/desk/products/{product_id}/changes/{request}/refuse", answer="请附成本说明")
    assert "请附成本说明" in clerk.see(page)


def test_a_returned_product_says_why_and_a_withdrawn_one_is_handed_in_again(
    county: County, road: Road
) -> None:
    product_id = write(county, road)
    clerk, centre = road.visit(county.clerk), road.visit(county.operator)
    page = f"{home(county)}/{product_id}"
    clerk.send(f"{page}/submit")
    answer = centre.send(f"/desk/products/{product_id}/return", 422, reason=" ")
    assert 'href="#reason"' in answer.text
    centre.send(f"/desk/products/{product_id}/return", reason="请写净重")
    assert "请写净重" in clerk.see(page)
    mushrooms = f"{home(county)}/{county.mushrooms.product_id}"
    clerk.send(f"{mushrooms}/withdraw")
    road.visit(None).see(f"/products/{county.mushrooms.product_id}", 404)
    clerk.send(f"{mushrooms}/submit")
    assert "待上架" in clerk.see(mushrooms)


def test_somebody_elses_products_are_not_found(county: County, road: Road) -> None:
    product_id = write(county, road)
    other = road.visit(county.other_clerk)
    own = f"/producer/{county.other_producer_id}/products/{product_id}"
    for page in (home(county), f"{home(county)}/new", f"{home(county)}/{product_id}", own):
        other.see(page, 404)
    for step in ("submit", "take-back", "withdraw", "withdraw-request"):
        other.send(f"{own}/{step}", 404)
    other.send(f"{own}/photos", 404, photos=photo(jpeg()))
    other.send(own, 404, **FORM)
    other.send(home(county), 404, **FORM)
    road.visit(county.buyer).see(home(county), 403)
    road.visit(county.buyer).see(f"/desk/products/{product_id}", 403)
    assert "新香菇" in road.visit(county.auditor).see(f"/desk/products/{product_id}")
    road.visit(county.auditor).send(f"/desk/products/{product_id}/publish", 403)
