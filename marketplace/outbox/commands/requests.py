"""Idempotency-Key: the same request asked again gets the answer of the first time."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.core.closed import open_words, seal_words, sealer_of
from marketplace.core.db import insert_into
from marketplace.core.resealing import Sealed
from marketplace.outbox.models import IdempotentRequest
from marketplace.outbox.rules import Asked, KeyMismatch, RememberedAnswer

SEALED = Sealed(
    (IdempotentRequest.person_id, IdempotentRequest.key), (IdempotentRequest.body_sealed,)
)


def begin_request(session: Session, asked: Asked, now: datetime) -> RememberedAnswer | None:
    """None for whoever comes first; the first answer for everyone after. Raises KeyMismatch.

    The key's row is inserted in the transaction of the effect itself. Whoever comes second
    therefore waits here, in the INSERT, until the first has committed (and reads its answer)
    or has rolled back (and becomes the first): PostgreSQL waits on the unique index, SQLite
    on its one writer.
    """
    person_id, key, fingerprint = asked
    # Marked, not hashed: what was asked may hold a telephone, and a plain hash can be guessed.
    mark = sealer_of(session).mark(f"request:{fingerprint}")
    statement = insert_into(session, IdempotentRequest).values(
        person_id=person_id, key=key, fingerprint=mark, status=0, body_sealed="", at=now
    )
    statement = statement.on_conflict_do_nothing(index_elements=["person_id", "key"])
    if session.execute(statement.returning(IdempotentRequest.key)).first():
        return None
    first = session.execute(
        select(
            IdempotentRequest.fingerprint, IdempotentRequest.status, IdempotentRequest.body_sealed
        ).where(IdempotentRequest.person_id == person_id, IdempotentRequest.key == key)
    ).one()
    # As a former version wrote it, it is good for the week that it is kept.
    if first.fingerprint not in (mark, fingerprint):
        raise KeyMismatch
    return RememberedAnswer(first.status, open_words(session, first.body_sealed))


def remember_answer(session: Session, asked: Asked, given: RememberedAnswer) -> None:
    """Keeps the answer beside its key. A refusal rolls both back, so the key stays free."""
    person_id, key, _fingerprint = asked
    session.execute(
        update(IdempotentRequest)
        .where(IdempotentRequest.person_id == person_id, IdempotentRequest.key == key)
        .values(status=given.status, body_sealed=seal_words(session, given.body))
    )


def answer_once(
    session: Session, asked: Asked, now: datetime, answer: Callable[[], RememberedAnswer]
) -> RememberedAnswer:
    """What `answer` gives, once for each key of a person; the caller commits."""
    first = begin_request(session, asked, now)
    if first is not None:
        return first
    given = answer()
    remember_answer(session, asked, given)
    return given
