"""Second steps of a person: the phone, passkeys, codes on paper, other houses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    Authenticator,
    OutsideLogin,
    Passkey,
    Person,
    RecoveryCode,
)
from marketplace.accounts.queries import hash_of
from marketplace.core.errors import NotFound


@dataclass(frozen=True)
class SecondSteps:
    """What a person has enrolled."""

    authenticator_since: datetime | None
    passkeys: Sequence[Passkey]
    recovery_left: int

    @property
    def is_open(self) -> bool:
        return self.authenticator_since is not None or bool(self.passkeys)


def second_steps_of(session: Session, person_id: int) -> SecondSteps:
    since = select(Authenticator.created_at).where(Authenticator.person_id == person_id)
    left = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return SecondSteps(
        session.scalar(since), list_passkeys(session, person_id), session.scalar(left) or 0
    )


def list_passkeys(session: Session, person_id: int) -> Sequence[Passkey]:
    wanted = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)
    return session.scalars(wanted).all()


def get_own_passkey(session: Session, person_id: int, passkey_id: int) -> Passkey:
    """One's own passkey. Raises NotFound for anybody else's."""
    found = session.get(Passkey, passkey_id)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


def find_passkey(session: Session, credential_id: str) -> tuple[Passkey, Person] | None:
    """A passkey and whose it is, locked; None where nobody has it or may come in."""
    wanted = (
        select(Passkey, Person)
        .join(Person, Person.id == Passkey.person_id)
        .where(Passkey.credential_hash == hash_of(credential_id), Person.deactivated_at.is_(None))
        .with_for_update(of=Passkey)
    )
    found = session.execute(wanted).one_or_none()
    return (found[0], found[1]) if found else None


def list_outside_logins(session: Session, person_id: int) -> Sequence[OutsideLogin]:
    wanted = select(OutsideLogin).where(OutsideLogin.person_id == person_id)
    return session.scalars(wanted.order_by(OutsideLogin.id)).all()
