"""Telling producers and the operations centre that recognitions end."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members
from marketplace.catalogue.queries.expiring import Expiring, find_expiring, list_expiring
from marketplace.catalogue.rules import EXPIRY_STAGES
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import tell_people
from marketplace.notices.rules import Tiding
from marketplace.outbox.commands import put
from marketplace.outbox.rules import Payload
from marketplace.units.queries import find_centre

EXPIRING_JOB = "catalogue.expiring"
AT_ONCE = 200


def remind_to_renew(session: Session, now: datetime) -> int:
    """Asks for a notice on each recognition that has come to a stage, once; how many."""
    asked = 0
    for stage, days in EXPIRY_STAGES.items():
        prefix = f"{EXPIRING_JOB}:{stage}:"
        for number in list_expiring(session, days, prefix, day_of(now), AT_ONCE):
            payload = {"number": number, "stage": stage}
            asked += put(session, EXPIRING_JOB, payload, effect_key=prefix + number, now=now)
    return asked


def tell_of_expiry(session: Session, payload: Payload, now: datetime) -> None:
    """Tells the producer's clerks, and those of the operations centre who recognise."""
    expiring = find_expiring(session, str(payload["number"]))
    if expiring is None:
        return
    people = {
        person.id
        for person, _role in list_members(session, OrganisationKind.PRODUCER, expiring.producer_id)
    }
    centre = find_centre(session, expiring.township_code)
    if centre is not None:
        roles = (Role.OPERATOR, Role.CERTIFIER)
        officers = list_members(session, OrganisationKind.CENTRE, centre.id, *roles)
        people |= {person.id for person, _role in officers}
    stage = int(payload["stage"])
    tell_people(session, [_tiding(one, expiring, stage) for one in sorted(people)], now)


def _tiding(person_id: int, expiring: Expiring, stage: int) -> Tiding:
    return Tiding(
        person_id=person_id,
        kind="certificate_expiring",
        params={
            "name": expiring.name,
            "number": expiring.number,
            "until_on": expiring.valid_until.isoformat(),
        },
        object_kind="product",
        object_id=expiring.product_id,
        address=f"/products/{expiring.product_id}",
        effect_key=f"certificate:{expiring.number}:{stage}:{person_id}",
    )
