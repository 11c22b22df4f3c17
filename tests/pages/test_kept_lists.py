"""Lists of a unit or of oneself: kept from a basket or a purchase, bought again with one click."""

from html import unescape

import pytest
from sqlalchemy import select, update

from marketplace.catalogue.models import Variant
from marketplace.ordering.commands.templates import keep_list
from marketplace.ordering.models import BasketLine, SavedList
from marketplace.ordering.rules import MAX_LINES
from marketplace.ordering.rules.templates import MOST_LISTS, ListTooLong, TooManyLists
from tests.county import START


@pytest.fixture
def look(session):
    """What lies in a person's basket."""

    def basket(identity):
        mine = select(BasketLine).where(BasketLine.person_id == identity.person_id)
        found = {line.variant_id: line.quantity for line in session.scalars(mine)}
        session.expunge_all()
        session.rollback()
        return found

    return basket


@pytest.fixture
def kept(session, county):
    """A list of the unit; its id."""
    packs = {county.mushrooms.variant_id: 3, county.noodles.variant_id: 5}
    list_id = keep_list(session, county.buyer, (county.unit_id, "端午慰问"), packs, START)
    session.commit()
    return list_id


def test_a_basket_is_kept_and_bought_again(county, road, visit, look):
    buyer = road.fill(county.buyer, (county.mushrooms, 2), (county.noodles, 4))
    assert "/basket/keep" in buyer.see("/basket")
    fields = {"owner": str(county.unit_id), "list_name": " 食堂  每月 "}
    place = buyer.send("/basket/keep", **fields).location
    assert "食堂 每月" in buyer.see(f"/unit/{county.unit_id}/lists")
    buyer.send(f"{place}/basket")
    assert look(county.buyer) == {county.mushrooms.variant_id: 4, county.noodles.variant_id: 8}
    again = buyer.send("/basket/keep", 409, **fields)
    assert "已经有名为「食堂 每月」的清单" in unescape(again.text)
    assert 'value=" 食堂  每月 "' in again.text
    buyer.send("/basket/keep", owner="personal", list_name="食堂 每月")
    assert "食堂 每月" in buyer.see("/lists")


def test_a_purchase_is_kept_by_whoever_bought_it(county, road, visit, session):
    purchase_id = road.submit((county.mushrooms, 3))
    buyer = visit(county.buyer)
    path = f"/purchases/{purchase_id}/keep"
    assert path in buyer.see(f"/purchases/{purchase_id}")
    assert purchase_id
    assert "谁的清单" in buyer.see(path)
    buyer.send(path, owner="personal", list_name="去年中秋")
    assert session.scalars(select(SavedList.name)).all() == ["去年中秋"]
    session.rollback()
    visit(county.stranger).send(path, 404, owner="personal", list_name="去年中秋")
    visit(county.clerk).send(path, 404, owner="personal", list_name="去年中秋")


def test_what_is_no_longer_sold_is_named(session, county, visit, look, kept):
    session.execute(
        update(Variant).where(Variant.id == county.noodles.variant_id).values(is_on_sale=False)
    )
    session.commit()
    buyer = visit(county.buyer)
    assert "现在不卖了" in buyer.see(f"/lists/{kept}")
    buyer.send(f"/lists/{kept}/basket")
    assert "这些现在不卖了,没有放进去:红薯粉条" in unescape(buyer.see("/basket"))
    assert look(county.buyer) == {county.mushrooms.variant_id: 3}


def test_quantities_are_changed_and_lines_taken_off(county, visit, kept):
    buyer = visit(county.buyer)
    mushrooms, noodles = county.mushrooms.variant_id, county.noodles.variant_id
    path = f"/lists/{kept}"
    buyer.send(path, **{f"quantity-{mushrooms}": "１２", f"quantity-{noodles}": "0"})
    page = buyer.see(path)
    assert 'value="12"' in page
    assert "红薯粉条" not in page
    assert "至少要有一种" in unescape(buyer.send(path, 422, **{f"quantity-{mushrooms}": "0"}).text)
    buyer.send(f"{path}/remove")
    buyer.see(path, 404)
    buyer.send(f"{path}/remove", 404)


@pytest.mark.parametrize("typed", ["-1", "1.5", "1e9", "1000001", "九", "1\x00", "9" * 10_000])
def test_a_wrong_quantity_is_named_and_kept(county, visit, kept, typed):
    name = f"quantity-{county.mushrooms.variant_id}"
    page = visit(county.buyer).send(f"/lists/{kept}", 422, **{name: typed}).text
    assert f'id="{name}-error"' in page
    assert visit(county.buyer).see(f"/lists/{kept}").count('value="3"') == 1


@pytest.mark.parametrize("name", ["", "   ", "长" * 61, "㍿" * 16, "a\x00b"])
def test_a_list_needs_a_name_that_can_be_kept(county, road, name):
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    buyer.send("/basket/keep", 422, owner="personal", list_name=name)


def test_lists_are_the_offices_to_read_and_the_buyers_to_change(county, visit, kept):
    path = f"/lists/{kept}"
    name = f"quantity-{county.mushrooms.variant_id}"
    for one in (county.approver, county.finance):
        visit(one).see(path)
        visit(one).send(path, 403, **{name: "1"})
        visit(one).send(f"{path}/remove", 403)
    for one in (county.stranger, county.shopper, county.clerk, county.auditor):
        # Whoever audits is told at once that they change nothing, whatever it is.
        refused = 403 if one == county.auditor else 404
        visit(one).see(path, 404)
        visit(one).send(f"{path}/basket", refused)
        visit(one).send(path, refused, **{name: "1"})
        visit(one).see(f"/unit/{county.unit_id}/lists", 404)
    visit(county.shopper).send("/basket/keep", 422, owner=str(county.unit_id), list_name="慰问")
    assert f"/unit/{county.unit_id}/lists" in visit(county.finance).see(f"/unit/{county.unit_id}")


def test_private_buyers_have_lists_of_their_own(county, road, visit):
    shopper = road.fill(county.shopper, (county.noodles, 1))
    shopper.send("/basket/keep", owner="personal", list_name="自家吃")
    assert "自家吃" in shopper.see("/lists")
    assert "自家吃" not in visit(county.buyer).see("/lists")


def test_an_empty_basket_is_nothing_to_keep(county, visit):
    answer = visit(county.buyer).send("/basket/keep", 422, owner="personal", list_name="空的")
    assert "至少要有一种" in unescape(answer.text)


def test_limits_are_refused_by_name(session, county):
    packs = {county.mushrooms.variant_id: 1}
    for number in range(MOST_LISTS):
        keep_list(session, county.buyer, (None, f"清单{number}"), packs, START)
    with pytest.raises(TooManyLists):
        keep_list(session, county.buyer, (None, "再一份"), packs, START)
    with pytest.raises(ListTooLong):
        keep_list(
            session,
            county.buyer,
            (county.unit_id, "太长"),
            dict.fromkeys(range(MAX_LINES + 1), 1),
            START,
        )


def test_a_kept_list_may_stand_for_an_amount(county, visit, kept):
    page = unescape(
        visit(county.buyer)
        .send(f"/unit/{county.unit_id}/gifts", 200, list="王小明\t\t\t300\n", step="check")
        .text
    )
    assert "清单「端午慰问」" in page
