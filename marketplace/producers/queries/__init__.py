"""Reads of producers and their workshops."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.core.areas import code_in_area
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.geography.rules import county_of
from marketplace.producers.models import FreightRule, Producer, ProducerTerm, Workshop
from marketplace.producers.queries.workshops import WorkshopFacts, facts_of
from marketplace.producers.rules import (
    TERMS,
    Carriage,
    ProducerUnverified,
    Tariff,
    flat_tariff,
)

# For packages above that join names to their own rows instead of asking once more for them.
PRODUCER_NAMES = select(Producer.id, Producer.name).subquery("producer_names")
# The same once more, for rows that name who sells and who makes.
MAKER_NAMES = PRODUCER_NAMES.alias("maker_names")

# What a producer is known by besides its name, for whoever compares it with others.
PRODUCER_MARKS = select(Producer.id, Producer.uscc, Producer.phone).subquery("producer_marks")

# The columns of a rule of freight that are named as in `Carriage`.
COLUMNS = ("basis", "first_count", "first_fen", "step_count", "step_fen", "free_from_fen")
# Written once: every basket asks both.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_CARRIAGES = (
    select(
        FreightRule.producer_id,
        FreightRule.regions,
        *(getattr(FreightRule, name) for name in COLUMNS),
    )
    .where(FreightRule.producer_id.in_(_IDS))
    .order_by(FreightRule.producer_id, FreightRule.position)
)
_SHOPS = select(
    Producer.id, Producer.name, Producer.freight_fen, Producer.free_freight_from_fen
).where(Producer.id.in_(_IDS))


@dataclass(frozen=True)
class ProducerRow:
    """A producer as a list shows it."""

    id: int
    name: str
    kind: str
    village_code: str
    village_name: str
    township_name: str


def get_producer(session: Session, producer_id: int) -> Producer:
    """The producer; raises NotFound where there is none."""
    producer = session.get(Producer, producer_id)
    if producer is None:
        raise NotFound
    return producer


def find_by_uscc(session: Session, uscc: str) -> Producer | None:
    return session.scalars(select(Producer).where(Producer.uscc == uscc)).one_or_none()


def find_by_name(session: Session, name: str) -> Producer | None:
    return session.scalars(select(Producer).where(Producer.name == name)).one_or_none()


def ids_called(session: Session, name: str) -> list[int]:
    """The producer of a whole name."""
    found = find_by_name(session, name)
    return [found.id] if found else []


def list_producers(
    session: Session, page: PageRequest, township: str | None = None, q: str = ""
) -> Page[ProducerRow]:
    """Producers by name, of one township where it is named, with their places."""
    conditions = [Producer.name.contains(q.strip(), autoescape=True)]
    if township is not None:
        conditions.append(Producer.township_code == township)
    total = session.scalar(select(func.count()).select_from(Producer).where(*conditions)) or 0
    wanted = (
        select(
            Producer.id,
            Producer.name,
            Producer.kind,
            Producer.village_code,
            PLACE_NAMES.c.name,
            PLACE_NAMES.c.township_name,
        )
        .join(PLACE_NAMES, PLACE_NAMES.c.code == Producer.village_code)
        .where(*conditions)
        .order_by(Producer.township_code, Producer.id)
        .limit(page.per_page)
        .offset(page.offset)
    )
    rows = [ProducerRow(*row) for row in session.execute(wanted)]
    return Page(rows, page.page, page.per_page, total)


MAX_ID = 2**63 - 1


def tariffs_of(session: Session, producer_ids: Collection[int]) -> dict[int, Tariff]:
    """What each producer asks for carriage."""
    return {key: tariff for key, (_name, tariff) in shops_of(session, producer_ids).items()}


def shops_of(session: Session, producer_ids: Collection[int]) -> dict[int, tuple[str, Tariff]]:
    """The name of each producer, and what it asks for carriage."""
    wanted = {"ids": list(producer_ids)}
    rules = session.execute(_CARRIAGES, wanted)
    carriages: dict[int, list[Carriage]] = defaultdict(list)
    for rule in rules:
        terms = {name: getattr(rule, name) for name in COLUMNS}
        carriages[rule.producer_id].append(Carriage(tuple(rule.regions.split()), **terms))
    rows = session.execute(_SHOPS, wanted)
    return {
        producer_id: (name, replace(flat_tariff(*flat), carriages=tuple(carriages[producer_id])))
        for producer_id, name, *flat in rows
    }


def names_of(session: Session, producer_ids: Collection[int]) -> dict[int, str]:
    """Names of producers by id."""
    wanted = select(Producer.id, Producer.name).where(Producer.id.in_(producer_ids))
    return {row.id: row.name for row in session.execute(wanted)}


def counties_of(session: Session, producer_ids: Collection[int]) -> set[str]:
    """The counties in which producers are at home."""
    wanted = select(Producer.township_code).where(Producer.id.in_(producer_ids)).distinct()
    return {county_of(code) for code in session.scalars(wanted)}


def village_names(session: Session, producer_ids: Collection[int]) -> dict[int, str]:
    """The village where each producer is at home, by its name."""
    rows = session.execute(
        select(Producer.id, PLACE_NAMES.c.name)
        .join(PLACE_NAMES, PLACE_NAMES.c.code == Producer.village_code)
        .where(Producer.id.in_(producer_ids))
    )
    return {row.id: row.name for row in rows}


def term_days(session: Session, name: str) -> int:
    """How many days it takes, as the county has set it."""
    kept = session.scalar(select(ProducerTerm.days).where(ProducerTerm.name == name))
    return TERMS[name] if kept is None else kept


@dataclass(frozen=True)
class DueProducer:
    """A producer whose papers are to be looked at again."""

    id: int
    name: str
    verify_by: date
    verified_on: date | None


def list_due(
    session: Session, until: date, page: PageRequest, *, area: str = ""
) -> Page[DueProducer]:
    """Those due by a day, the longest due first."""
    due = [Producer.verify_by <= until, *code_in_area(Producer.village_code, area)]
    total = session.scalar(select(func.count()).select_from(Producer).where(*due)) or 0
    found = session.scalars(
        select(Producer)
        .where(*due)
        .order_by(Producer.verify_by, Producer.id)
        .limit(page.per_page)
        .offset(page.offset)
    )
    dated = ((one, one.verify_by) for one in found if one.verify_by is not None)
    rows = [DueProducer(one.id, one.name, by, one.verified_on) for one, by in dated]
    return Page(rows, page.page, page.per_page, total)


def due_days(session: Session, producer_ids: Collection[int]) -> dict[int, date | None]:
    """Until when the papers of producers hold."""
    wanted = select(Producer.id, Producer.verify_by).where(Producer.id.in_(producer_ids))
    return {row.id: row.verify_by for row in session.execute(wanted)}


def require_verified(session: Session, producer_id: int, today: date) -> None:
    """Raises ProducerUnverified once the days of grace after the due day have passed."""
    due_on = due_days(session, [producer_id]).get(producer_id)
    if due_on is not None and today > due_on + timedelta(days=term_days(session, "grace")):
        raise ProducerUnverified(due_on=due_on)


@dataclass(frozen=True)
class ProducerFacts:
    """A producer as everyone may see it."""

    id: int
    name: str
    kind: str
    uscc: str
    village_code: str
    village_name: str
    township_name: str
    phone: str
    story: str
    food_licence: str
    food_kind: str
    food_valid_until: date | None
    licence_valid_until: date | None
    verified_on: date | None
    freight_fen: int
    free_freight_from_fen: int
    joined_at: datetime
    workshops: tuple[WorkshopFacts, ...]


def get_producer_facts(session: Session, producer_id: int) -> ProducerFacts:
    """A producer with its workshops, in one query. Raises NotFound."""
    if not 0 < producer_id <= MAX_ID:
        raise NotFound
    seat, site = PLACE_NAMES, PLACE_NAMES.alias("site")
    rows = session.execute(
        select(Producer, seat.c.name, seat.c.township_name, Workshop, site.c.name)
        .join(seat, seat.c.code == Producer.village_code)
        .outerjoin(Workshop, Workshop.producer_id == Producer.id)
        .outerjoin(site, site.c.code == Workshop.village_code)
        .where(Producer.id == producer_id)
        .order_by(Workshop.id)
    ).all()
    if not rows:
        raise NotFound
    producer, village_name, township_name, *_ = rows[0]
    return ProducerFacts(
        id=producer.id,
        name=producer.name,
        kind=producer.kind,
        uscc=producer.uscc,
        village_code=producer.village_code,
        village_name=village_name,
        township_name=township_name,
        phone=producer.phone,
        story=producer.story,
        food_licence=producer.food_licence,
        food_kind=producer.food_kind,
        food_valid_until=producer.food_valid_until,
        licence_valid_until=producer.licence_valid_until,
        verified_on=producer.verified_on,
        freight_fen=producer.freight_fen,
        free_freight_from_fen=producer.free_freight_from_fen,
        joined_at=producer.joined_at,
        workshops=tuple(facts_of(row[3], row[4]) for row in rows if row[3] is not None),
    )


def count_in_villages(session: Session, codes: Collection[str]) -> dict[str, int]:
    """How many producers are at home in each of a page's villages."""
    counted = select(Producer.village_code, func.count()).group_by(Producer.village_code)
    rows = session.execute(counted.where(Producer.village_code.in_(codes)))
    return {row[0]: row[1] for row in rows}
