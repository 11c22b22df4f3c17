"""What every step of a listing leaves behind: a step, an entry in the trail, and those told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.audit.commands import record
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.listing.models import ListingStep
from marketplace.notices.commands import Matter, tell_readers
from marketplace.producers.queries import get_producer
from marketplace.units.queries import find_centre_over

# Steps that the producer's people are told of, and under which kind of notice.
TOLD = {
    "PUBLISHED": "listing_published",
    "RETURNED": "listing_returned",
    "AGREED": "change_agreed",
    "REFUSED": "change_refused",
}

# Steps that the operations centre answers.
CENTRE_TOLD = {"SUBMITTED": "listing_submitted", "ASKED": "change_asked"}


@dataclass(frozen=True)
class Step:
    """A step of a listing, with what the trail keeps of it."""

    kind: str
    words: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Named:
    """Whose product it is, and what it is called."""

    id: int
    producer_id: int
    name: str


def note(session: Session, identity: Identity, product: Named, step: Step, now: datetime) -> None:
    """Writes the step down and tells the producer where somebody else took it."""
    values = {"product_id": product.id, "kind": step.kind, "at": now, "words": step.words}
    values["actor_id"] = identity.person_id
    step_id = session.execute(insert(ListingStep).values(**values).returning(ListingStep.id))
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"product.{step.kind.lower()}",
        object_kind="product",
        object_id=product.id,
        before=step.before,
        after={**(step.after or {}), **({"words": step.words} if step.words else {})},
    )
    if step.kind in CENTRE_TOLD:
        _tell_centre(session, product, CENTRE_TOLD[step.kind], step_id.scalar_one(), now)
    if step.kind in TOLD:
        _tell(session, product, TOLD[step.kind], step_id.scalar_one(), now)


def _tell_centre(session: Session, product: Named, kind: str, step_id: int, now: datetime) -> None:
    """Those of the nearest centre who publish, and do not work for the producer."""
    township = get_producer(session, product.producer_id).township_code
    centre = find_centre_over(session, township)
    if centre is not None:
        address = f"/desk/products/{product.id}"
        matter = Matter("product", product.id, {"number": product.name}, address, str(step_id))
        readers = (OrganisationKind.CENTRE, centre.id, (Role.OPERATOR, Role.CERTIFIER))
        own = member_ids(session, OrganisationKind.PRODUCER, product.producer_id)
        tell_readers(session, kind, matter, readers, now, but=own)


def _tell(session: Session, product: Named, kind: str, step_id: int, now: datetime) -> None:
    address, key = f"/producer/{product.producer_id}/products/{product.id}", f"{kind}:{step_id}"
    matter = Matter("product", product.id, {"name": product.name}, address, key=key)
    tell_readers(session, kind, matter, (OrganisationKind.PRODUCER, product.producer_id, ()), now)
