"""Reviews on the pages: from the order to the product and the producer, and hidden by law."""

from io import BytesIO

import pytest

from tests.listing.photographs import jpeg, open_picture


@pytest.fixture
def order_id(road, county):
    order_id = road.deliver((county.mushrooms, 2), (county.oil, 1))
    verdicts = {f"accepted-{line.id}": line.quantity for line in road.lines(order_id)}
    road.visit(county.approver).send(f"/orders/{order_id}/accept", **verdicts)
    return order_id


def review_of(county, **changes):
    plain = {"product_id": county.mushrooms.product_id, "rating": "５", "text": "<b>菇厚</b>"}
    return {**plain, **changes}


def test_a_review_is_read_where_people_buy(road, county, order_id):
    buyer, public = road.visit(county.buyer), road.visit(None)
    product = f"/products/{county.mushrooms.product_id}"
    assert "还没有评价" in public.see(product)
    assert f"/orders/{order_id}/reviews" in buyer.see(f"/orders/{order_id}")
    photo = (BytesIO(jpeg(turned=True)), "蘑菇.jpg")
    buyer.send(f"/orders/{order_id}/reviews", **review_of(county, photographs=photo))
    for path in (product, f"/producers/{county.producer_id}", f"{product}/reviews"):
        page = public.see(path)
        assert "&lt;b&gt;菇厚&lt;/b&gt;" in page
        assert "buyer" not in page
        assert "b*" in page
        assert "区财政局" not in page
    assert "平均 5.0 分" in public.see(product)
    answer = public.client.get("/reviews/photographs/1")
    # Drawn anew: nothing of the camera and the place is left.
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert b"SecretCamera" not in answer.data
    assert not open_picture(answer.data).getexif()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    road.visit(county.clerk).send(f"/orders/{order_id}/reviews/1/answer", said="谢谢")
    buyer.send(f"/orders/{order_id}/reviews/1/follow-up", said="又买了")
    page = public.see(f"/producers/{county.producer_id}/reviews")
    assert "谢谢" in page
    assert "又买了" in page


def test_what_is_hidden_is_gone_from_every_public_page(road, county, order_id):
    photo = (BytesIO(jpeg(turned=True)), "蘑菇.jpg")
    path = f"/orders/{order_id}/reviews"
    road.visit(county.buyer).send(path, **review_of(county, text="骂人", photographs=photo))
    centre, public = road.visit(county.operator), road.visit(None)
    assert "骂人" in centre.see("/desk/reviews")
    centre.send("/desk/reviews/1/hide", 422, ground="DISLIKE", words="x")
    centre.send("/desk/reviews/1/hide", 422, ground="INSULT", words="")
    road.visit(county.auditor).send("/desk/reviews/1/hide", 403, ground="INSULT", words="x")
    road.visit(county.clerk).send("/desk/reviews/1/hide", 403, ground="INSULT", words="x")
    centre.send("/desk/reviews/1/hide", ground="INSULT", words="辱骂店家")
    for path in (f"/products/{county.mushrooms.product_id}", f"/producers/{county.producer_id}"):
        assert "骂人" not in public.see(path)
    public.see("/reviews/photographs/1", 404)
    assert "辱骂店家" in centre.see("/desk/reviews?tab=hidden")
    assert "依法隐藏" in road.visit(county.buyer).see(f"/orders/{order_id}/reviews")
    centre.send("/desk/reviews/1/show", words="申诉成立")
    assert "骂人" in public.see(f"/products/{county.mushrooms.product_id}")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rating": ""}, "请填写这一项"),
        ({"rating": "0"}, "请填写 1 到 5 之间的整数"),
        ({"rating": "-1"}, "请填写整数"),
        ({"rating": "4.5"}, "请填写整数"),
        ({"text": "字" * 10_000}, "最多 1000 个字"),
        ({"text": "菇\x00厚"}, "控制字符"),
        ({"photographs": (BytesIO(b"<html>"), "x.jpg")}, "只能上传 JPG"),
    ],
)
def test_what_does_not_fit_is_named(road, county, order_id, changes, words):
    buyer = road.visit(county.buyer)
    page = buyer.send(f"/orders/{order_id}/reviews", 422, **review_of(county, **changes)).text
    assert words in page


def test_strangers_and_early_birds(road, county, order_id):
    path = f"/orders/{order_id}/reviews"
    road.visit(county.stranger).see(path, 404)
    road.visit(county.stranger).send(path, 404, **review_of(county))
    road.visit(county.clerk).send(path, 403, **review_of(county))
    early = road.place((county.mushrooms, 1), nonce="EARLY1")
    road.visit(county.buyer).send(f"/orders/{early}/reviews", 409, **review_of(county))
    road.visit(None).see("/products/99999999999999999999/reviews", 404)
    road.visit(None).see("/producers/999/reviews", 404)
    road.visit(None).see("/reviews/photographs/99999999999999999999", 404)


def test_a_second_click_writes_one(road, county, order_id):
    buyer, path = road.visit(county.buyer), f"/orders/{order_id}/reviews"
    for _click in range(2):
        buyer.send(path, **review_of(county))
    assert "共 1 条" in road.visit(None).see(f"/products/{county.mushrooms.product_id}")
    again = buyer.send(path, 409, **review_of(county, rating="1"))
    assert "已经评价过了" in again.text
