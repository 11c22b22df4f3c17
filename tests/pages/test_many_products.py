"""A producer with more products than a page bears: the others are found by their names."""

import pytest
from sqlalchemy import insert, select

from marketplace.catalogue.models import Product
from marketplace.certification.models import ApplicationProduct
from marketplace.livestream.models import CommissionPlan
from marketplace.offline.models import OfflineLine
from marketplace.web.few import MOST_SHOWN
from tests.pages.recognitions import ATTESTED
from tests.pages.test_offline import typed
from tests.pages.test_sessions import PLAN

LATE = "龙须羊肚菌"


@pytest.fixture
def late(session, county):
    """The product that stands behind all others by its name."""
    own = session.get_one(Product, county.oil.product_id)
    facts = {one.name: getattr(own, one.name) for one in Product.__table__.columns}
    del facts["id"]
    names = [*(f"土货{number:03d}" for number in range(MOST_SHOWN)), LATE]
    session.execute(insert(Product), [facts | {"name": name} for name in names])
    session.commit()
    return session.scalars(select(Product.id).where(Product.name == LATE)).one()


def test_a_certification_is_applied_for_with_a_product_that_the_page_does_not_list(
    road, county, certifiers, late
):
    clerk, page = road.visit(county.clerk), f"/producer/{county.producer_id}/certification"
    box, first = f'name="product" value="{late}"', clerk.see(page)
    assert box not in first
    assert first.count('name="product"') == MOST_SHOWN
    other = road.look(select(Product.id).where(Product.name == "土货007"))[0]
    chosen = {"product": str(other), "statement": "收购 31 户", **ATTESTED}
    found = clerk.send(page, 200, **chosen, find="1", q="羊肚").text
    assert box in found
    assert "收购 31 户</textarea>" in found
    # What was chosen before stays.
    assert f'name="product" value="{other}" checked' in found
    assert found.count('name="product"') == 2
    clerk.send(page, **{**chosen, "product": [str(other), str(late)]})
    assert sorted(road.look(select(ApplicationProduct.product_id))) == [other, late]


def test_an_offline_purchase_is_filed_of_a_product_that_the_page_does_not_list(road, county, late):
    buyer = road.visit(county.buyer)
    page = f"/unit/{county.unit_id}/offline/new?producer={county.producer_id}"
    assert f'name="packs-{late}"' not in buyer.see(page)
    other = road.look(select(Product.id).where(Product.name == "土货007"))[0]
    begun = {f"packs-{other}": "7", "remark": "展销会"}
    found = buyer.send(page, 200, **begun, enter="1", q="羊肚").text
    assert f'name="packs-{late}"' in found
    assert f'name="packs-{other}" value="7"' in found
    assert found.count('name="packs-') == 2
    buyer.send(page, **typed(county, **{f"packs-{late}": "1", f"amount-{late}": "9"}))
    assert late in road.look(select(OfflineLine.product_id))


def test_a_plan_is_offered_for_a_product_that_the_page_does_not_list(road, county, late):
    clerk, page = road.visit(county.clerk), f"/producer/{county.producer_id}/plans"
    choice = f'<option value="{late}"'
    assert choice not in clerk.see(page)
    found = clerk.send(page, 200, **PLAN, find="1", q="羊肚").text
    assert choice in found
    assert PLAN["until_on"] in found
    clerk.send(page, **PLAN, product_id=str(late))
    assert road.look(select(CommissionPlan.product_id)) == [late]
