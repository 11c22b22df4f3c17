"""Newcomers of every kind: everything that the demonstration holds belongs to somebody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, NewPerson, create_person, grant
from marketplace.accounts.queries import load_identity
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from marketplace.tables import metadata
from marketplace.units.commands import NewUnit, create_unit

COUNTY = "420304000000"
NOWHERE = 987_654
KINDS = ("shopper", "unit", "producer", "host", "agency")


@dataclass(frozen=True)
class Stranger:
    """Somebody new, with the organisation they work for, if any."""

    kind: str
    identity: Identity
    holder_id: int = NOWHERE

    def __str__(self) -> str:
        return self.kind


def arrive(session: Session, now: datetime) -> list[Stranger]:
    """One of each kind: the public that is logged in, and every role of every organisation."""
    village = session.scalar(select(func.min(metadata.tables["village"].c.code)))
    unit = create_unit(session, NewUnit("新设的局", 1, COUNTY, 5, now.date()), now)
    new = NewProducer("新来的合作社", "COOPERATIVE", make_uscc("420304", 99_999), str(village), "1")
    producer = create_producer(session, new, now)
    host_id = _add(session, "host", name="新主播", code="NEWONE", joined_at=now, trusted_at=now)
    agency_id = _add(
        session, "agency", name="新机构", uscc=make_uscc("420304", 99_998), joined_at=now
    )
    holders = {
        OrganisationKind.UNIT: unit.id,
        OrganisationKind.PRODUCER: producer.id,
        OrganisationKind.HOST: host_id,
        OrganisationKind.AGENCY: agency_id,
    }
    roles = {
        OrganisationKind.UNIT: (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN),
        OrganisationKind.PRODUCER: (Role.CLERK,),
        OrganisationKind.HOST: (Role.HOST,),
        OrganisationKind.AGENCY: (Role.CLERK,),
    }
    strangers = [Stranger("shopper", _person(session, "stranger@new", now))]
    for kind, holder_id in holders.items():
        who = _person(session, f"{kind.lower()}@new", now, (kind, holder_id, roles[kind]))
        strangers.append(Stranger(kind.lower(), who, holder_id))
    session.commit()
    return strangers


def _person(
    session: Session,
    login: str,
    now: datetime,
    *holding: tuple[OrganisationKind, int, tuple[Role, ...]],
) -> Identity:
    made = create_person(session, NewPerson(login, "新人", "no-password"), now)
    for kind, holder_id, roles in holding:
        for role in roles:
            grant(session, Grant(made.id, kind, holder_id, role), now, actor_id=None)
    identity = load_identity(session, made.id)
    assert identity is not None
    return identity


def _add(session: Session, table: str, **values: Any) -> int:
    key = metadata.tables[table].c.id
    return int(
        session.execute(insert(metadata.tables[table]).values(**values).returning(key)).scalar_one()
    )
