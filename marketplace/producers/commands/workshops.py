"""A producer's clerks add workshops and correct what is said of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.producers.commands import lock_producer, place_of
from marketplace.producers.models import Workshop
from marketplace.producers.queries.workshops import get_workshop, workshops_of
from marketplace.producers.rules import WORKSHOP_TWICE, WorkshopWords, wrong_workshop


@dataclass(frozen=True)
class NewWorkshop:
    """A place that gives local people work."""

    name: str
    village_code: str
    benefit_kind: str
    trade: str
    workers: int = 0

    @property
    def words(self) -> WorkshopWords:
        return WorkshopWords(self.name.strip(), self.benefit_kind, self.trade.strip(), self.workers)


def add_workshop(
    session: Session, identity: Identity, producer_id: int, new: NewWorkshop, now: datetime
) -> Workshop:
    """One more workshop of the person's own producer, in a village that exists today.

    Raises NotFound, InvalidInput, VillageAbolished.
    """
    _hold(session, identity, producer_id)
    _check_words(session, producer_id, new.words)
    village_code, _township_code = place_of(session, new.village_code)
    workshop = Workshop(producer_id=producer_id, village_code=village_code, **vars(new.words))
    session.add(workshop)
    session.flush()
    _leave_a_trail(session, identity, workshop, None, now)
    return workshop


def correct_workshop(
    session: Session,
    identity: Identity,
    place: tuple[int, int],
    words: WorkshopWords,
    now: datetime,
) -> Workshop:
    """Another name, trade, number of workers or way of helping; the village stays, because what
    was made there was credited by it. `place` is the producer and the workshop.

    The same words again change nothing. Raises NotFound, InvalidInput.
    """
    producer_id, workshop_id = place
    _hold(session, identity, producer_id)
    workshop = get_workshop(session, producer_id, workshop_id)
    session.refresh(workshop)
    before = _facts(workshop)
    _check_words(session, producer_id, words, but=workshop_id)
    for name, value in vars(words).items():
        setattr(workshop, name, value)
    if _facts(workshop) != before:
        session.flush()
        _leave_a_trail(session, identity, workshop, before, now)
    return workshop


def _hold(session: Session, identity: Identity, producer_id: int) -> None:
    """One change at a time, so that no two workshops come to have one name."""
    if not identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    lock_producer(session, producer_id)


def _check_words(session: Session, producer_id: int, words: WorkshopWords, but: int = 0) -> None:
    errors = wrong_workshop(words)
    if errors:
        raise InvalidInput(*errors)
    # Tables of products name workshops by their names.
    if any(one.name == words.name and one.id != but for one in workshops_of(session, producer_id)):
        raise invalid("name", WORKSHOP_TWICE, name=words.name)


def _facts(workshop: Workshop) -> dict[str, Any]:
    names = ("name", "village_code", "benefit_kind", "trade", "workers")
    return {name: getattr(workshop, name) for name in names}


def _leave_a_trail(
    session: Session,
    identity: Identity,
    workshop: Workshop,
    before: dict[str, Any] | None,
    now: datetime,
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="workshop.corrected" if before else "workshop.added",
        object_kind="workshop",
        object_id=workshop.id,
        before=before,
        after=_facts(workshop),
    )
