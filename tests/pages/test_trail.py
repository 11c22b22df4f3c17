"""What is done on a page stands in the trail of the county of whoever did it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from tests.county import County
from tests.pages.conftest import Road


def test_a_decision_stands_in_the_trail_of_its_county(
    county: County, road: Road, session: Session
) -> None:
    purchase_id = road.submit((county.mushrooms, 2))
    road.visit(county.approver).send(f"/purchases/{purchase_id}/approve")
    placed = select(AuditEntry).where(AuditEntry.action == "purchase.placed")
    entry = session.scalars(placed).one()
    assert (entry.actor_id, entry.county_code) == (county.approver.person_id, "420304")
    assert entry.origin.startswith("web:")


def test_the_trail_is_told_in_the_readers_words(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 2))
    road.visit(county.approver).send(f"/purchases/{purchase_id}/approve")
    auditor = road.visit(county.auditor)
    page = auditor.see("/desk/audit?kind=purchase")
    rows = page.partition("<tbody")[2]
    assert f"采购单 · {purchase_id}" in rows
    assert "采购单已下单" in rows
    assert '<code class="fine">purchase.placed</code>' in rows
    assert '<option value="purchase" selected>采购单</option>' in page
    auditor.client.post("/language", data={"locale": "en"})
    english = auditor.see("/desk/audit?action=purchase.placed")
    assert "Purchase placed" in english.partition("<tbody")[2]
    assert '<option value="purchase.placed" selected>Purchase placed</option>' in english


def test_a_part_of_a_code_in_the_address_filters_as_before(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 2))
    road.visit(county.approver).send(f"/purchases/{purchase_id}/approve")
    page = road.visit(county.auditor).see("/desk/audit?action=purchase.&kind=nothing")
    assert '<option value="purchase." selected>purchase.</option>' in page
    assert '<option value="nothing" selected>nothing</option>' in page
    page = road.visit(county.auditor).see("/desk/audit?action=purchase.")
    assert "采购单已下单" in page.partition("<tbody")[2]


def test_what_is_taken_away_keeps_the_codes(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 2))
    road.visit(county.approver).send(f"/purchases/{purchase_id}/approve")
    taken = road.visit(county.auditor).client.get("/desk/audit/trail.csv?kind=purchase").text
    assert f"purchase.placed,purchase,{purchase_id}," in taken
    assert "采购单已下单" not in taken
