"""Lists that grow with a unit, a county or a producer are read page by page."""

import pytest
from sqlalchemy import insert, select

from marketplace.capacity.commands import confirm_capacity, declare
from marketplace.capacity.rules import DeclaredCapacity
from marketplace.catalogue.commands import open_outlet
from marketplace.catalogue.models import Variant
from marketplace.catalogue.rules.keeping import NewOutlet, OutletKind
from marketplace.core.paging import PER_PAGE
from marketplace.producers.commands.workshops import NewWorkshop, add_workshop
from tests.county import HUIGOU, START, person

ROW = '<th scope="row">'


def test_the_members_of_a_large_unit_are_read_page_by_page(road, county, session):
    for number in range(PER_PAGE):
        person(session, f"staff{number}@test", ("UNIT", county.unit_id, "STAFF"))
    session.commit()
    buyer, page = road.visit(county.buyer), f"/unit/{county.unit_id}/members"
    assert buyer.see(page).count(ROW) == PER_PAGE
    # Buyer, approver and finance of the county stand before them.
    assert buyer.see(f"{page}?page=2").count(ROW) == 3


def test_the_capacities_of_a_county_are_read_page_by_page(road, county, session):
    for number in range(PER_PAGE + 1):
        new = NewWorkshop(f"车间{number}", HUIGOU, "WAGE", "香菇", 12)
        workshop = add_workshop(session, county.clerk, county.producer_id, new, START)
        told = DeclaredCapacity("YEAR", "KILOGRAM", 100)
        one = declare(session, county.clerk, (county.producer_id, workshop.id), told, START)
        confirm_capacity(session, county.operator, one.id, START)
    session.commit()
    official = road.visit(county.operator)
    assert official.see("/desk/capacity").count(ROW) == PER_PAGE
    assert official.see("/desk/capacity?page=2").count(ROW) == 1
    assert "还没有产能申报" not in official.see("/desk/capacity?page=9")


def test_what_waits_and_what_holds_are_turned_over_each_by_itself(road, county, session):
    for number in range(PER_PAGE + 1):
        new = NewWorkshop(f"车间{number}", HUIGOU, "WAGE", "香菇", 12)
        workshop = add_workshop(session, county.clerk, county.producer_id, new, START)
        told = DeclaredCapacity("YEAR", "KILOGRAM", 100)
        one = declare(session, county.clerk, (county.producer_id, workshop.id), told, START)
        confirm_capacity(session, county.operator, one.id, START)
        declare(session, county.clerk, (county.producer_id, workshop.id), told, START)
    session.commit()
    official, article = road.visit(county.operator), '<article class="panel stack">'
    page = official.see("/desk/capacity?waiting=2")
    assert (page.count(article), page.count(ROW)) == (1, PER_PAGE)
    assert 'href="/desk/capacity?waiting=2&amp;page=2"' in page
    page = official.see("/desk/capacity?page=2")
    assert (page.count(article), page.count(ROW)) == (PER_PAGE, 1)
    assert 'href="/desk/capacity?page=2&amp;waiting=2"' in page


@pytest.mark.parametrize("path", ["/desk/outlets", "/outlets"])
def test_the_outlets_of_many_counties_are_read_page_by_page(road, county, session, path):
    for number in range(PER_PAGE + 1):
        new = NewOutlet(f"{number:02d} 号专柜", OutletKind.CABINET, "大厅")
        open_outlet(session, county.operator, new, START)
    session.commit()
    official = road.visit(county.operator)
    assert official.see(path).count(ROW) == PER_PAGE
    last = official.see(f"{path}?page=2")
    assert (last.count(ROW), f"{PER_PAGE:02d} 号专柜" in last) == (1, True)


def test_a_producers_desk_names_the_scarcest_packs_and_leads_to_all(road, county, session):
    own = session.get_one(Variant, county.mushrooms.variant_id)
    facts = {one.name: getattr(own, one.name) for one in Variant.__table__.columns}
    del facts["id"]
    session.execute(insert(Variant), [facts | {"name": f"空包{n}号"} for n in range(30)])
    session.commit()
    assert len(session.scalars(select(Variant.id)).all()) > 30
    page = road.visit(county.clerk).see(f"/producer/{county.producer_id}")
    low = page.partition('id="low"')[2].partition("</section>")[0]
    assert low.count(ROW) == 8
    assert "全部 30 种" in low
