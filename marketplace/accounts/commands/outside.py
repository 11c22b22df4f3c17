"""Verbs about other houses: linking one's account there once, and coming in by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import OutsideInvitation, OutsideLogin, Person
from marketplace.accounts.queries import get_person
from marketplace.accounts.rules.logins import normal_login
from marketplace.accounts.rules.outside import LinkedElsewhere, NotLinked
from marketplace.audit.commands import record
from marketplace.core.db import insert_into
from marketplace.core.errors import NotFound

INVITATION_LIFE = timedelta(days=7)


@dataclass(frozen=True)
class There:
    """Who somebody is in another house; a mail address only where it was verified."""

    provider: str
    subject: str
    mail: str | None = None


def link_outside(session: Session, person_id: int, there: There, now: datetime) -> None:
    """Whoever is logged in here says that they are this one there. Raises LinkedElsewhere."""
    made = insert_into(session, OutsideLogin).values(
        person_id=person_id, provider=there.provider, subject=there.subject, linked_at=now
    )
    session.execute(made.on_conflict_do_nothing())
    found = _find(session, there)
    if found is None or found.person_id != person_id:
        raise LinkedElsewhere
    _note(session, now, person_id, "outside_login.linked", there.provider)


def enter_by_outside(session: Session, there: There, now: datetime) -> Person:
    """Who is linked, or was invited under that mail address. Raises NotLinked: nobody gets an
    account, and nobody a role, because another house knows them."""
    found = _find(session, there) or _accept(session, there, now)
    person = session.get(Person, found.person_id) if found else None
    if found is None or person is None or person.deactivated_at is not None:
        raise NotLinked
    found.last_used_at = now
    session.flush()
    return person


def _accept(session: Session, there: There, now: datetime) -> OutsideLogin | None:
    if there.mail is None:
        return None
    taken = session.execute(
        delete(OutsideInvitation)
        .where(
            OutsideInvitation.provider == there.provider,
            OutsideInvitation.mail == there.mail.casefold(),
            OutsideInvitation.expires_at > now,
        )
        .returning(OutsideInvitation.person_id)
    ).first()
    if taken is None:
        return None
    link_outside(session, taken.person_id, there, now)
    return _find(session, there)


def _find(session: Session, there: There) -> OutsideLogin | None:
    wanted = select(OutsideLogin).where(
        OutsideLogin.provider == there.provider, OutsideLogin.subject == there.subject
    )
    return session.scalars(wanted).one_or_none()


def invite_outside(session: Session, person_id: int, there: tuple[str, str], now: datetime) -> None:
    """An administrator vouches for a mail address: `there` is the provider and the address.
    Raises InvalidInput, NotFound."""
    provider, mail = there[0], normal_login(there[1], "mail")
    get_person(session, person_id)
    values = {"person_id": person_id, "expires_at": now + INVITATION_LIFE}
    made = insert_into(session, OutsideInvitation).values(provider=provider, mail=mail, **values)
    session.execute(made.on_conflict_do_update(index_elements=["provider", "mail"], set_=values))
    _note(session, now, person_id, "outside_login.invited", provider, actor_id=None)


def unlink_outside(session: Session, person_id: int, link_id: int, now: datetime) -> None:
    """Raises NotFound for others'."""
    gone = delete(OutsideLogin).where(
        OutsideLogin.id == link_id, OutsideLogin.person_id == person_id
    )
    taken = session.execute(gone.returning(OutsideLogin.provider)).first()
    if taken is None:
        raise NotFound
    _note(session, now, person_id, "outside_login.unlinked", taken.provider)


def _note(
    session: Session,
    now: datetime,
    person_id: int,
    action: str,
    provider: str,
    *,
    actor_id: int | None = 0,
) -> None:
    record(
        session,
        now,
        actor_id=person_id if actor_id == 0 else actor_id,
        action=action,
        object_kind="person",
        object_id=person_id,
        before=None,
        after={"provider": provider},
    )
