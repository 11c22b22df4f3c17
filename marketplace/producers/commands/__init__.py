"""Verbs of producers: take one in, set the freight, look at the papers again."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.numbers import normal_uscc
from marketplace.geography.queries import find_village
from marketplace.geography.rules import UNKNOWN_VILLAGE, VillageAbolished
from marketplace.producers import queries
from marketplace.producers.models import FreightRule, Producer, ProducerTerm
from marketplace.producers.rules import (
    MOST_TERM_DAYS,
    TERMS,
    Papers,
    ProducerNameTaken,
    Tariff,
    UsccTaken,
    verified_until,
    wrong_carriages,
    wrong_freight,
    wrong_producer,
)


@dataclass(frozen=True)
class NewProducer:
    """A producer by its papers. The township follows from the village."""

    name: str
    kind: str
    uscc: str
    village_code: str
    phone: str
    story: str = ""
    food_licence: str = ""
    food_kind: str = ""
    food_valid_until: date | None = None
    licence_valid_until: date | None = None
    freight_fen: int = 0
    free_freight_from_fen: int = 0
    is_trader: bool = False


def create_producer(
    session: Session, new: NewProducer, now: datetime, *, actor_id: int | None = None
) -> Producer:
    """A producer that may sell. Raises InvalidInput, UsccTaken, ProducerNameTaken."""
    uscc = _check_new(session, new)
    village_code, township_code = place_of(session, new.village_code)
    producer = Producer(
        name=new.name.strip(),
        kind=new.kind,
        is_trader=new.is_trader,
        uscc=uscc,
        village_code=village_code,
        township_code=township_code,
        phone=new.phone.strip(),
        story=new.story.strip(),
        food_licence=new.food_licence.strip(),
        food_kind=new.food_kind,
        food_valid_until=new.food_valid_until,
        licence_valid_until=new.licence_valid_until,
        verified_on=day_of(now),
        verify_by=verified_until(day_of(now)),
        freight_fen=new.freight_fen,
        free_freight_from_fen=new.free_freight_from_fen,
        joined_at=now,
    )
    session.add(producer)
    session.flush()
    facts = {"name": producer.name, "uscc": uscc, "village_code": village_code}
    record(
        session,
        now,
        actor_id=actor_id,
        action="producer.created",
        object_kind="producer",
        object_id=producer.id,
        before=None,
        after=facts,
    )
    return producer


def _check_new(session: Session, new: NewProducer) -> str:
    errors = wrong_producer(new.name, new.kind, new.phone)
    errors += wrong_freight(new.freight_fen, new.free_freight_from_fen)
    if errors:
        raise InvalidInput(*errors)
    uscc = normal_uscc(new.uscc)
    if queries.find_by_uscc(session, uscc) is not None:
        raise UsccTaken(uscc=uscc)
    if queries.find_by_name(session, new.name.strip()) is not None:
        raise ProducerNameTaken(name=new.name.strip())
    return uscc


def place_of(session: Session, code: str) -> tuple[str, str]:
    """The codes of a village that exists today and of its township."""
    village = find_village(session, code)
    if village is None:
        raise invalid("village_code", UNKNOWN_VILLAGE)
    if village.abolished_on is not None:
        raise VillageAbolished(village=village.name)
    return village.code, village.township_code


def set_freight(
    session: Session, identity: Identity, producer_id: int, tariff: Tariff, now: datetime
) -> Producer:
    """Sets the freight of future orders; orders that were placed keep theirs."""
    if not identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    flat = tariff.flat
    errors = [
        *wrong_freight(flat.first_fen, flat.free_from_fen),
        *wrong_carriages(tariff.carriages),
    ]
    if errors:
        raise InvalidInput(*errors)
    producer = lock_producer(session, producer_id)
    producer.freight_fen, producer.free_freight_from_fen = flat.first_fen, flat.free_from_fen
    session.execute(delete(FreightRule).where(FreightRule.producer_id == producer_id))
    for position, carriage in enumerate(tariff.carriages, 1):
        terms = {name: getattr(carriage, name) for name in queries.COLUMNS}
        regions = " ".join(carriage.regions)
        session.add(
            FreightRule(producer_id=producer_id, position=position, regions=regions, **terms)
        )
    record(
        session,
        actor_id=identity.person_id,
        action="producer.freight",
        object_kind="producer",
        object_id=producer_id,
        before=None,
        after={"flat_fen": flat.first_fen, "rules": len(tariff.carriages)},
        now=now,
    )
    session.flush()
    return producer


def renew_papers(
    session: Session, producer_id: int, papers: Papers, now: datetime, *, actor_id: int
) -> Producer:
    """Somebody has compared the papers: what they say is shown, and holds for six months more."""
    producer = lock_producer(session, producer_id)
    before = {"food_licence": producer.food_licence, "verify_by": str(producer.verify_by)}
    producer.food_licence, producer.food_kind = papers.food_number, papers.food_kind
    producer.food_valid_until = papers.food_valid_until
    producer.licence_valid_until = papers.licence_valid_until
    producer.verified_on, producer.verify_by = day_of(now), verified_until(day_of(now))
    session.flush()
    record(
        session,
        now,
        actor_id=actor_id,
        action="producer.verified",
        object_kind="producer",
        object_id=producer_id,
        before=before,
        after={"food_licence": producer.food_licence, "verify_by": str(producer.verify_by)},
    )
    return producer


def set_term(session: Session, identity: Identity, term: tuple[str, int], now: datetime) -> None:
    """How many days something takes from now on; the operations centre says so."""
    name, days = term
    if not identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER):
        raise Forbidden
    if name not in TERMS or not 0 <= days <= MOST_TERM_DAYS:
        raise invalid("days", N_("请填写 0 到 %(most)s 之间的天数。"), most=MOST_TERM_DAYS)
    before = {"days": queries.term_days(session, name)}
    kept = session.get(ProducerTerm, name, with_for_update=True)
    if kept is None:
        kept = ProducerTerm(name=name)
        session.add(kept)
    kept.days, kept.set_by, kept.set_at = days, identity.person_id, now
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="producer.term",
        object_kind="producer_term",
        object_id=name,
        before=before,
        after={"days": days},
    )


def lock_producer(session: Session, producer_id: int) -> Producer:
    """The producer, held until this transaction ends: what is settled with them follows."""
    producer = session.get(Producer, producer_id, with_for_update=True)
    if producer is None:
        raise NotFound
    return producer
