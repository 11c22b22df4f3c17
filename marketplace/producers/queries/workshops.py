"""Reads of workshops: a producer's own, those in a village, those of a county."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.areas import code_in_area
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.models import Producer, Workshop

# For packages above that join names to their own rows instead of asking once more for them.
WORKSHOP_NAMES = select(Workshop.id, Workshop.name).subquery("workshop_names")
WORKSHOP_PLACES = (
    select(Workshop.id, Workshop.name, Workshop.producer_id, Producer.name.label("producer_name"))
    .join(Producer, Producer.id == Workshop.producer_id)
    .subquery("workshop_places")
)


@dataclass(frozen=True)
class WorkshopFacts:
    """A place of work, as its producer's page shows it."""

    id: int
    name: str
    village_code: str
    village_name: str
    benefit_kind: str
    trade: str
    workers: int


@dataclass(frozen=True)
class WorkshopRow:
    """A place of work in the list of a county, with whose it is."""

    id: int
    name: str
    producer_id: int
    producer_name: str
    village_code: str
    village_name: str
    township_name: str
    benefit_kind: str
    trade: str
    workers: int


def workshops_of(session: Session, producer_id: int) -> Sequence[Workshop]:
    """The workshops of a producer, in the order in which they were added."""
    wanted = select(Workshop).where(Workshop.producer_id == producer_id)
    return session.scalars(wanted.order_by(Workshop.id)).all()


def get_workshop(session: Session, producer_id: int, workshop_id: int) -> Workshop:
    """A workshop of a producer. Raises NotFound, also where it is somebody else's."""
    wanted = select(Workshop).where(Workshop.id == workshop_id, Workshop.producer_id == producer_id)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_workshops(session: Session, area: str, words: str, page: PageRequest) -> Page[WorkshopRow]:
    """Workshops of an area's producers by place, narrowed by part of any name or of the trade."""
    place = PLACE_NAMES.c
    wanted = code_in_area(Producer.village_code, area)
    if words:
        said = Workshop.name + " " + Workshop.trade + " " + Producer.name
        said = said + " " + place.township_name + place.name
        wanted.append(said.contains(words, autoescape=True))
    rows = (
        select(
            Workshop.id,
            Workshop.name,
            Workshop.producer_id,
            Producer.name,
            Workshop.village_code,
            place.name,
            place.township_name,
            Workshop.benefit_kind,
            Workshop.trade,
            Workshop.workers,
        )
        .join(Producer, Producer.id == Workshop.producer_id)
        .join(PLACE_NAMES, place.code == Workshop.village_code)
        .where(*wanted)
    )
    total = session.scalar(rows.with_only_columns(func.count(Workshop.id))) or 0
    found = rows.order_by(Workshop.village_code, Workshop.id)
    items = session.execute(found.offset(page.offset).limit(page.per_page))
    return Page([WorkshopRow(*row) for row in items], page.page, page.per_page, total)


def facts_of(workshop: Workshop, village_name: str) -> WorkshopFacts:
    return WorkshopFacts(
        id=workshop.id,
        name=workshop.name,
        village_code=workshop.village_code,
        village_name=village_name,
        benefit_kind=workshop.benefit_kind,
        trade=workshop.trade,
        workers=workshop.workers,
    )
