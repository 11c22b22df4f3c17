"""Who takes part in a storm: for each client one of everybody, with token and cookie."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from marketplace.accounts.commands.login import create_token
from marketplace.accounts.queries import get_person
from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.rules import ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, OrganisationKind, Role
from tests.county import START, THIRDS, County, goods, person
from tests.outlets.steps import outlet_with
from tests.seating import seat

PACKS = 900_000


@dataclass(frozen=True)
class Actor:
    """A person with the key to the API."""

    person_id: int
    token: str


@dataclass(frozen=True)
class Troupe:
    """One of everybody; the shopper also sits at a browser."""

    actors: dict[str, Actor]
    cookie: str


@dataclass(frozen=True)
class Cast:
    """Everybody, and what there is to buy."""

    unit_id: int
    other_unit_id: int
    outlet_id: int
    # By producer: the pack sold, and the role in the troupe that works there.
    goods: tuple[tuple[int, str], ...]
    batch_code: str
    clerks: dict[int, str]
    troupes: tuple[Troupe, ...] = field(repr=False)

    def people(self) -> set[int]:
        return {actor.person_id for troupe in self.troupes for actor in troupe.actors.values()}


def engage(app: Flask, session: Session, county: County, troupes: int) -> Cast:
    """Enters everybody, fills the shelves and the outlet, and commits."""
    now: datetime = app.extensions["clock"]()
    for one in (county.mushrooms, county.noodles):
        more = ReceivedBatch(
            one.variant_id, f"STORM{one.variant_id}", day_of(START), 365, PACKS, THIRDS
        )
        receive_batch(session, more, START)
    producer_id = county.producer_id
    shelf = replace(
        county,
        mushrooms=goods(session, producer_id, "专柜香菇", 6_403, stock=PACKS),
        oil=goods(session, producer_id, "专柜橄榄油", 9_900, stock=PACKS, certified=False),
    )
    outlet_id = outlet_with(session, shelf, packs=PACKS)
    session.commit()
    return Cast(
        unit_id=county.unit_id,
        other_unit_id=county.other_unit_id,
        outlet_id=outlet_id,
        goods=((county.mushrooms.variant_id, "clerk"), (county.noodles.variant_id, "clerk2")),
        batch_code=f"B{shelf.mushrooms.variant_id:05d}",
        clerks={county.producer_id: "clerk", county.other_producer_id: "clerk2"},
        troupes=tuple(_troupe(app, session, county, (n, now)) for n in range(troupes)),
    )


def _troupe(app: Flask, session: Session, county: County, at: tuple[int, datetime]) -> Troupe:
    place, now = at
    unit, producer = OrganisationKind.UNIT, OrganisationKind.PRODUCER
    (centre,) = county.operator.organisations(OrganisationKind.CENTRE)
    roles: dict[str, list[Any]] = {
        "buyer": [(unit, county.unit_id, Role.BUYER)],
        "approver": [(unit, county.unit_id, Role.APPROVER)],
        "finance": [(unit, county.unit_id, Role.FINANCE)],
        "other": [(unit, county.other_unit_id, Role.APPROVER)],
        "clerk": [(producer, county.producer_id, Role.CLERK)],
        "clerk2": [(producer, county.other_producer_id, Role.CLERK)],
        "cashier": [("CENTRE", centre, Role.CASHIER), ("CENTRE", centre, Role.OPERATOR)],
        "shopper": [],
    }
    people = {name: person(session, f"{name}{place}@storm", *held) for name, held in roles.items()}
    actors = {name: Actor(who.person_id, _token(session, who, now)) for name, who in people.items()}
    session.commit()
    cookie = seat(app.test_client(), people["shopper"]).get_cookie("session")
    assert cookie is not None
    return Troupe(actors, cookie.value)


def _token(session: Session, identity: Identity, now: datetime) -> str:
    return create_token(session, get_person(session, identity.person_id), now).token
