"""The page of a unit's plan: chosen by strategy, edited, taken into the basket."""

import re

import pytest


def fields_of(page):
    return dict(re.findall(r'name="(quantity-\d+)" id="[^"]+" value="(\d+)"', page))


@pytest.mark.parametrize("strategy", ["fewest_parcels", "most_villages", "cheapest", "nonsense"])
def test_a_plan_is_shown_and_goes_into_the_basket(county, visit, strategy):
    buyer, path = visit(county.buyer), f"/unit/{county.unit_id}/plan?strategy={strategy}"
    page = buyer.see(path)
    fields = fields_of(page)
    assert fields
    assert "50,000" in page
    assert buyer.send(path, **fields).location == "/basket"
    basket = buyer.see("/basket")
    assert all(f'id="line-{name.removeprefix("quantity-")}"' in basket for name in fields)


def test_an_edited_plan_keeps_what_was_typed_and_names_what_is_wrong(county, visit):
    buyer, path = visit(county.buyer), f"/unit/{county.unit_id}/plan"
    name = f"quantity-{county.mushrooms.variant_id}"
    for wrong in ("-1", "1.5", "1e9", "１００００００００００", "a" * 10_000, "\x00"):
        answer = buyer.send(path, 422, **{name: wrong})
        assert "需要修改" in answer.text, wrong
    assert "请至少留下一种商品" in buyer.send(path, 422, **{name: "0"}).text
    assert buyer.send(path, **{name: "３"}).location == "/basket"
    assert 'value="3"' in buyer.see("/basket")


def test_other_units_plans_are_not_there(county, visit):
    for stranger in (county.stranger, county.clerk):
        assert visit(stranger).client.get(f"/unit/{county.unit_id}/plan").status_code in (403, 404)
        answer = visit(stranger).client.post(f"/unit/{county.unit_id}/plan", data={})
        assert answer.status_code in (403, 404)
    visit(county.buyer).see("/unit/999/plan", 404)
