"""Where a county has no operations centre of its own, that of the area around it is told."""

import pytest
from sqlalchemy import select, update

from marketplace.core.identity import Role
from marketplace.listing import commands as listing
from marketplace.listing.rules import PackWish, ProductWish
from marketplace.notices.models import Notice
from marketplace.units.commands import NewCentre, create_centre
from marketplace.units.models import OperationsCentre
from tests.county import HUIGOU, START, person
from tests.offline.steps import checked


@pytest.fixture
def wider(session, county):
    """The county's centre is another county's now; those of the city and of the nation remain."""
    session.execute(update(OperationsCentre).values(county_code="420381"))
    city = create_centre(session, NewCentre("市运营中心", "4203", "市中心", "6222", "农商行"))
    nation = create_centre(session, NewCentre("全国运营中心", "", "全国中心", "6223", "农商行"))
    roles = (("CENTRE", city.id, Role.OPERATOR), ("CENTRE", nation.id, Role.OPERATOR))
    near, far = (person(session, f"o{place}@test", role) for place, role in enumerate(roles))
    return near.person_id, far.person_id


def told(session, kind):
    return session.scalars(select(Notice.person_id).where(Notice.kind == kind)).all()


def test_a_product_that_is_handed_in_is_told_to_the_nearest(session, county, wider):
    near, _far = wider
    pack = PackWish("500 克", 3_000, 500, sku="A-1")
    wish = ProductWish("shiitake", "新香菇", HUIGOU, None, "好吃", (pack,))
    product_id = listing.draft(session, county.clerk, county.producer_id, wish, START)
    listing.submit(session, county.clerk, product_id, START)
    assert told(session, "listing_submitted") == [near]


def test_an_offline_purchase_is_told_to_the_nearest(session, county, wider):
    checked(session, county)
    assert told(session, "offline_checked") == [wider[0]]
