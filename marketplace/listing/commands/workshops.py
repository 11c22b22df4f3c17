"""A workshop is called otherwise, and with it the products that are made there."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue.commands import note_changes
from marketplace.catalogue.queries import list_made_in
from marketplace.core.identity import Identity
from marketplace.producers.commands.workshops import correct_workshop
from marketplace.producers.rules import WorkshopWords


def rewrite_workshop(
    session: Session,
    identity: Identity,
    place: tuple[int, int],
    words: WorkshopWords,
    now: datetime,
) -> None:
    """Corrects a workshop; its products are found by its new name. `place` is the producer and
    the workshop. Raises NotFound, InvalidInput."""
    workshop = correct_workshop(session, identity, place, words, now)
    note_changes(session, list_made_in(session, workshop.id), now)
