"""Telling producers and the operations centre that recognitions end."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.catalogue.queries.expiring import Expiring, find_expiring, list_expiring
from marketplace.catalogue.rules import EXPIRY_STAGES
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import Matter, tell_each
from marketplace.outbox.commands import put
from marketplace.outbox.rules import Payload
from marketplace.units.queries import find_centre_over

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
    people = member_ids(session, OrganisationKind.PRODUCER, expiring.producer_id)
    centre = find_centre_over(session, expiring.township_code)
    if centre is not None:
        roles = (Role.OPERATOR, Role.CERTIFIER)
        people |= member_ids(session, OrganisationKind.CENTRE, centre.id, *roles)
    matter = _matter_of(expiring, int(payload["stage"]))
    tell_each(session, "certificate_expiring", matter, people, now)


def _matter_of(expiring: Expiring, stage: int) -> Matter:
    params = {
        "name": expiring.name,
        "number": expiring.number,
        "until_on": expiring.valid_until.isoformat(),
    }
    address, key = f"/products/{expiring.product_id}", f"certificate:{expiring.number}:{stage}"
    return Matter("product", expiring.product_id, params, address, key=key)
