"""The basket: what goes in, what is refused, and what survives logging in."""

import pytest

from tests.county import County
from tests.pages.conftest import Road, Visit
from tests.seating import seat


def test_the_basket_shows_each_producer_with_its_subtotal(county: County, road: Road) -> None:
    buyer = road.fill(county.buyer, (county.mushrooms, 2), (county.noodles, 3))
    page = buyer.see("/basket")
    assert page.index("会沟村食用菌合作社") != page.index("云彩山粉条工坊")
    assert "¥128.06" in page
    assert "¥59.97" in page
    assert "¥188.03" in page


def test_the_same_pack_added_twice_is_one_line(county: County, road: Road) -> None:
    buyer = road.fill(county.buyer, (county.mushrooms, 2), (county.mushrooms, 3))
    page = buyer.see("/basket")
    assert page.count(f'id="line-{county.mushrooms.variant_id}"') == 1
    assert 'value="5"' in page


def test_full_width_digits_are_a_quantity(county: County, visit: Visit) -> None:
    buyer = visit(county.buyer)
    buyer.send("/basket/lines", variant_id=county.mushrooms.variant_id, quantity="３")
    assert 'value="3"' in buyer.see("/basket")


@pytest.mark.parametrize(
    "typed", ["0", "-1", "−1", "1.5", "1e9", "9" * 30, "", "a\x00b", "三", "1" * 10_000]
)
def test_a_quantity_that_cannot_be_is_refused_and_stays_typed(
    county: County, road: Road, typed: str
) -> None:
    variant = county.mushrooms.variant_id
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    answer = buyer.send(f"/basket/lines/{variant}", 422, **{f"quantity-{variant}": typed})
    assert f'href="#quantity-{variant}"' in answer.text
    assert f"quantity-{variant}-error" in answer.text
    if typed and "\x00" not in typed:
        assert f'value="{typed}"' in answer.text
    assert 'value="2"' in buyer.see("/basket")


def test_what_was_chosen_before_logging_in_is_there_afterwards(
    county: County, visit: Visit
) -> None:
    stranger = visit(None)
    answer = stranger.send("/basket/lines", variant_id=county.mushrooms.variant_id, quantity="2")
    assert "/login" in answer.location
    seat(stranger.client, county.buyer)
    stranger.see("/basket", 302)
    assert "椴木香菇" in stranger.see("/basket")


def test_a_form_without_its_token_changes_nothing(county: County, visit: Visit, road: Road) -> None:
    buyer = visit(county.buyer)
    buyer.client.application.config["WTF_CSRF_ENABLED"] = True
    buyer.send("/basket/lines", 400, variant_id=county.mushrooms.variant_id, quantity="2")
    assert "椴木香菇" not in buyer.see("/basket")


def test_after_adding_nobody_is_sent_to_another_site(county: County, visit: Visit) -> None:
    buyer = visit(county.buyer)
    for back in ("//evil.example/", "/\\evil.example", "https://evil.example/"):
        answer = buyer.send(
            "/basket/lines", variant_id=county.mushrooms.variant_id, quantity=1, back=back
        )
        assert answer.location == "/basket"


def test_the_basket_of_the_unit_previews_the_quota(county: County, road: Road) -> None:
    page = road.fill(county.buyer, (county.mushrooms, 2), (county.oil, 1)).see("/basket")
    assert "本次采购 128.06 元" in page, "uncertified oil would not count"


def test_an_empty_basket_says_what_to_do_next(county: County, visit: Visit) -> None:
    buyer = visit(county.buyer)
    assert "购物车还是空的" in buyer.see("/basket")
    assert buyer.client.get("/checkout").location == "/basket"
