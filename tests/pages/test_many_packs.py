"""A producer with more packs than a page bears: the others are found by their names."""

import pytest
from sqlalchemy import insert, select

from marketplace.catalogue.models import Batch, Variant
from marketplace.catalogue.queries.stock import MOST_PACKS
from marketplace.contracts.models import FrameworkContract
from tests.county import HUIGOU
from tests.pages.test_contracts import MUSHROOMS, typed
from tests.pages.test_inquiries import answering, asking
from tests.walk.markup import Page


@pytest.fixture
def goods(session, county):
    """Five hundred packs of which nothing is left stand before the one with stock."""
    own = session.get_one(Variant, county.mushrooms.variant_id)
    facts = {one.name: getattr(own, one.name) for one in Variant.__table__.columns}
    del facts["id"]
    rows = [facts | {"name": f"大包{number}号"} for number in range(MOST_PACKS)]
    session.execute(insert(Variant), rows)
    session.commit()
    return own


def test_a_contract_is_written_for_a_pack_that_the_page_does_not_list(road, county, goods):
    buyer = road.visit(county.buyer)
    form = f"/unit/{county.unit_id}/contracts/new?producer={MUSHROOMS}"
    price = f"price-{goods.id}"
    first = buyer.see(form)
    assert f'name="{price}"' not in first
    assert first.count('name="price-') == MOST_PACKS
    asked = {**typed(county, find="1", q=goods.name), "title": "写了一半"}
    other = road.look(select(Variant.id).where(Variant.name == "大包7号"))[0]
    del asked[price]
    found = buyer.send(form, 200, **asked, **{f"price-{other}": "61.5"}).text
    assert f'name="{price}"' in found
    assert "写了一半" in found
    # What was priced before stays, and so does its price.
    assert f'name="price-{other}" value="61.5"' in found
    assert found.count('name="price-') < 5
    buyer.send(form, **typed(county))
    assert len(road.look(select(FrameworkContract.id))) == 1


def test_an_inquiry_is_answered_with_a_pack_that_the_page_does_not_list(road, county, goods):
    road.visit(county.buyer).send(f"/unit/{county.unit_id}/inquiries/new", **asking())
    clerk, page = road.visit(county.clerk), f"/producer/{county.producer_id}/inquiries/1"
    choice = f'<option value="{goods.id}"'
    assert choice not in clerk.see(page)
    given = answering(county.mushrooms, **{"pack-1": ""})
    found = clerk.send(page, 200, **given, find="1", q=goods.name).text
    assert choice in found
    assert 'value="60"' in found
    clerk.send(page, **answering(county.mushrooms))
    assert "合计 605.00 元" in clerk.see(page)


def test_goods_come_in_for_a_pack_that_the_page_does_not_list(road, county, goods):
    clerk, page = road.visit(county.clerk), f"/producer/{county.producer_id}/stock"
    choice = f'<option value="{goods.id}"'
    assert choice not in clerk.see(page)
    assert choice in clerk.see(f"{page}?q={goods.name}")
    assert "没有找到商品" in clerk.see(f"{page}?q=没有的")
    clerk.send(
        f"/producer/{county.producer_id}/batches",
        variant_id=goods.id,
        code="NEW-1",
        produced_on="2026-11-01",
        quantity="3",
        **{"village-1": HUIGOU, "share-1": "100"},
    )
    assert road.look(select(Batch.variant_id).where(Batch.code == "NEW-1")) == [goods.id]


def first_button(html, title):
    form = next(
        one
        for one in Page(html).elements
        if one.tag == "form" and any(field.get("name") == title for field in one.iter())
    )
    return next(form.iter("button"))


def test_enter_saves_a_contract_and_looks_only_from_the_line_that_looks(road, county, goods):
    buyer = road.visit(county.buyer)
    form = f"/unit/{county.unit_id}/contracts/new?producer={MUSHROOMS}"
    assert first_button(buyer.see(form), "title").get("name") == "enter"
    asked = typed(county, enter="1", q="大包7号")
    found = buyer.send(form, 200, **asked).text
    assert 'name="q_before" value="大包7号"' in found
    assert 'name="title" required' in found
    assert asked["title"] in found
    buyer.send(form, **{**asked, "q_before": "大包7号"})
    assert len(road.look(select(FrameworkContract.id))) == 1


def test_enter_sends_a_quotation_and_looks_only_from_the_line_that_looks(road, county, goods):
    road.visit(county.buyer).send(f"/unit/{county.unit_id}/inquiries/new", **asking())
    clerk, page = road.visit(county.clerk), f"/producer/{county.producer_id}/inquiries/1"
    assert first_button(clerk.see(page), "delivery_days").get("name") == "enter"
    given = answering(county.mushrooms, enter="1", q=goods.name)
    assert "合计 605.00 元" not in clerk.send(page, 200, **given).text
    clerk.send(page, **{**given, "q_before": goods.name})
    assert "合计 605.00 元" in clerk.see(page)


def test_a_village_that_is_wrong_is_in_sight_wherever_it_was_typed(road, county):
    clerk = road.visit(county.clerk)
    batch = {"variant_id": county.mushrooms.variant_id, "code": "N-1", "produced_on": "2026-11-01"}
    places = {"village-1": HUIGOU, "share-1": "50", "village-4": "没有的村", "share-4": "50"}
    sent = {**batch, "quantity": "3", **places}
    page = clerk.send(f"/producer/{county.producer_id}/batches", 422, **sent).text
    field = next(one for one in Page(page).elements if one.get("id") == "village-4")
    hidden = [
        one for one in Page(page).elements if one.tag == "details" and "open" not in one.attrib
    ]
    assert field.get("aria-invalid") == "true"
    assert not any(one.get("id") == "village-4" for part in hidden for one in part.iter())
