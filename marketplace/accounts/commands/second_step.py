"""Verbs of the second step: the phone's codes, and codes on paper that are good once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.commands.attempts import count_attempt, forgive_attempt
from marketplace.accounts.models import Authenticator, Passkey, Person, RecoveryCode
from marketplace.accounts.queries import get_person
from marketplace.accounts.rules.codes import (
    WrongCode,
    is_of_phone,
    new_recovery_codes,
    normal_code,
    step_of,
)
from marketplace.accounts.rules.passwords import slow_mark
from marketplace.accounts.rules.second_step import AlreadyOpen, NotOpen, Way
from marketplace.accounts.rules.throttling import code_gates
from marketplace.audit.commands import record
from marketplace.core.db import insert_into
from marketplace.core.errors import invalid
from marketplace.core.resealing import Sealed
from marketplace.core.sealing import Sealer

SEALED = Sealed(Authenticator.person_id, (Authenticator.sealed_secret,))


@dataclass(frozen=True)
class CodeGiven:
    """A code as it was typed, and from where."""

    code: str
    address: str | None
    field: str = "code"


def enrol_authenticator(
    session: Session, person_id: int, secret: str, code: str, now: datetime, *, sealer: Sealer
) -> list[str]:
    """Makes a phone somebody's second step, once it showed a right code. The recovery codes that
    were made with it, if it is the first second step. Raises InvalidInput, AlreadyOpen."""
    typed = normal_code(code)
    step = step_of(secret, typed, now) if is_of_phone(typed) else None
    if step is None:
        raise invalid("code", WrongCode.message)
    made = insert_into(session, Authenticator).values(
        person_id=person_id,
        sealed_secret=sealer.seal(secret),
        created_at=now,
        last_step=step,
    )
    kept = made.on_conflict_do_nothing(index_elements=["person_id"])
    if session.execute(kept.returning(Authenticator.person_id)).first() is None:
        raise AlreadyOpen
    _note(session, now, person_id, "second_step.authenticator_enrolled")
    return open_second_step(session, person_id, now, sealer)


def open_second_step(session: Session, person_id: int, now: datetime, sealer: Sealer) -> list[str]:
    """From now on logging in takes two steps. Codes for paper, where this is the first second
    step."""
    opened = session.execute(
        update(Person)
        .where(Person.id == person_id, Person.second_step_since.is_(None))
        .values(second_step_since=now)
        .returning(Person.id)
    )
    first = opened.first() is not None
    return make_recovery_codes(session, person_id, now, sealer=sealer) if first else []


def make_recovery_codes(
    session: Session, person_id: int, now: datetime, *, sealer: Sealer
) -> list[str]:
    """Ten new codes, shown once; the old ones are worthless. Raises NotOpen."""
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    if person.second_step_since is None:
        raise NotOpen
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = new_recovery_codes()
    session.add_all(
        RecoveryCode(person_id=person_id, code_mark=_mark(sealer, person_id, code), made_at=now)
        for code in codes
    )
    session.flush()
    _note(session, now, person_id, "second_step.recovery_codes_made")
    return codes


def check_code(
    session: Session, person: Person, given: CodeGiven, now: datetime, *, sealer: Sealer
) -> Way:
    """By which code somebody proved who they are; it is used up. Raises InvalidInput, WrongCode,
    TooManyAttempts. Whoever calls makes the counted attempt last when it was wrong."""
    code = normal_code(given.code, given.field)
    gates = code_gates(person.id, given.address)
    count_attempt(session, gates, now)
    if is_of_phone(code):
        right = _use_phone_code(session, person.id, code, now, sealer)
    else:
        right = _use_paper_code(session, person.id, code, now, sealer)
    if not right:
        raise WrongCode
    forgive_attempt(session, gates)
    return Way.CODE if is_of_phone(code) else Way.RECOVERY


def _use_phone_code(
    session: Session, person_id: int, code: str, now: datetime, sealer: Sealer
) -> bool:
    held = select(Authenticator.sealed_secret).where(Authenticator.person_id == person_id)
    sealed = session.scalar(held)
    secret = sealer.open(sealed) if sealed else None
    step = step_of(secret, code, now) if secret else None
    if step is None:
        return False
    # Of two who send the same code at once, one comes second.
    taken = session.execute(
        update(Authenticator)
        .where(Authenticator.person_id == person_id, Authenticator.last_step < step)
        .values(last_step=step)
        .returning(Authenticator.person_id)
    )
    return taken.first() is not None


def _use_paper_code(
    session: Session, person_id: int, code: str, now: datetime, sealer: Sealer
) -> bool:
    taken = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_mark == _mark(sealer, person_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if taken.first() is None:
        return False
    _note(session, now, person_id, "second_step.recovery_code_used")
    return True


def remove_authenticator(session: Session, person_id: int, now: datetime) -> None:
    """Takes the phone away; whoever asks proved before who they are. Raises NotOpen."""
    gone = delete(Authenticator).where(Authenticator.person_id == person_id)
    if session.execute(gone.returning(Authenticator.person_id)).first() is None:
        raise NotOpen
    _note(session, now, person_id, "second_step.authenticator_removed")
    close_if_last(session, person_id)


def close_if_last(session: Session, person_id: int) -> None:
    """Where nothing is enrolled any more, the password is enough again."""
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    for table in (Authenticator, Passkey):
        held = select(table.person_id).where(table.person_id == person_id).limit(1)
        if session.execute(held).first() is not None:
            return
    person.second_step_since = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.flush()


def reset_second_step(session: Session, person_id: int, reason: str, now: datetime) -> None:
    """Takes every second step away from somebody who lost them, and logs them out everywhere.
    Raises NotFound."""
    person = get_person(session, person_id)
    for table in (Authenticator, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.person_id == person_id))
    person.second_step_since = None
    person.session_epoch += 1
    session.flush()
    _note(session, now, person_id, "second_step.reset", actor_id=None, after={"reason": reason})


def _mark(sealer: Sealer, person_id: int, code: str) -> str:
    """Made slowly, with a salt of each person's own that only our key gives: fifty bits are few."""
    return slow_mark(code, sealer.mark(f"recovery salt of {person_id}"))


def _note(
    session: Session,
    now: datetime,
    person_id: int,
    action: str,
    *,
    actor_id: int | None = 0,
    after: dict[str, str] | None = None,
) -> None:
    record(
        session,
        now,
        actor_id=person_id if actor_id == 0 else actor_id,
        action=action,
        object_kind="person",
        object_id=person_id,
        before=None,
        after=after,
    )
