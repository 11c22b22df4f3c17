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
