"""Forgetting a person: the row stays, for everything they did names it; who it was goes."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    AccessToken,
    Authenticator,
    LoginSession,
    Membership,
    OutsideInvitation,
    OutsideLogin,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignIn,
)
from marketplace.accounts.queries import get_person
from marketplace.core.masking import ERASED_NAME

_PROOFS = (
    AccessToken,
    PasswordReset,
    LoginSession,
    SignIn,
    Authenticator,
    RecoveryCode,
    Passkey,
    OutsideLogin,
    OutsideInvitation,
)
# No password has it as its hash, so nobody logs in by it.
NO_HASH = "erased"


def erase_person(session: Session, person_id: int, now: datetime) -> str:
    """Puts a number in the place of login and name, and ends every access. Returns the login that
    was, for those who keep letters by it."""
    person = get_person(session, person_id)
    login = person.login
    person.login, person.name = f"erased:{person_id}", ERASED_NAME
    person.phone = person.locale = None
    person.password_hash = NO_HASH
    person.session_epoch += 1
    person.deactivated_at = person.deactivated_at or now
    person.second_step_since = None
    for table in _PROOFS:
        session.execute(delete(table).where(table.person_id == person_id))
    session.execute(
        update(Membership)
        .where(Membership.person_id == person_id, Membership.until.is_(None))
        .values(until=now)
    )
    session.flush()
    return login
