"""Verbs about people and the roles they hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.commands.erasing import NO_HASH
from marketplace.accounts.models import Membership, Person
from marketplace.accounts.queries import get_person, roles_of
from marketplace.accounts.rules.logins import check_role, normal_login, normal_name, normal_text
from marketplace.accounts.rules.separation import require_apart
from marketplace.audit.commands import record
from marketplace.core.db import insert_into
from marketplace.core.errors import N_, NotFound, Refusal
from marketplace.core.identity import OrganisationKind


class LoginTaken(Refusal):
    """Two people cannot share a login."""

    code = "person.login_taken"
    message = N_("登录名 %(login)s 已经有人使用,请换一个。")


@dataclass(frozen=True)
class NewPerson:
    """Someone who is to log in. The hash comes from `fit_and_hash`, made outside a transaction."""

    login: str
    name: str
    password_hash: str
    phone: str | None = None
    locale: str | None = None
    # When they agreed to the rules; texts that were in force are kept, so it says to which.
    agreed_at: datetime | None = None


@dataclass(frozen=True)
class Grant:
    """A role of a person in an organisation."""

    person_id: int
    kind: str
    organisation_id: int
    role: str


def create_person(
    session: Session, new: NewPerson, now: datetime, *, actor_id: int | None = None
) -> Person:
    """Someone who can log in from now on. Raises InvalidInput, and LoginTaken, also for whoever
    comes second at the same moment."""
    login, name = normal_login(new.login), normal_name(new.name)
    phone = normal_text(new.phone, "phone", 20) if new.phone else None
    made = insert_into(session, Person).values(
        login=login,
        name=name,
        phone=phone,
        password_hash=new.password_hash,
        session_epoch=0,
        locale=new.locale,
        created_at=now,
    )
    once = made.on_conflict_do_nothing(index_elements=["login"]).returning(Person.id)
    person_id = session.scalar(once)
    if person_id is None:
        raise LoginTaken(login=login)
    person = session.get_one(Person, person_id)
    record(
        session,
        now,
        actor_id=actor_id,
        action="person.created",
        object_kind="person",
        object_id=person.id,
        before=None,
        # No name: the trail is for good, and people may ask to be forgotten.
        after={"agreed_at": new.agreed_at.isoformat()} if new.agreed_at else None,
    )
    return person


def deactivate_person(
    session: Session, person_id: int, now: datetime, *, actor_id: int | None, reason: str = ""
) -> None:
    """Ends someone's access at once and for all devices. What they did stays theirs."""
    person = get_person(session, person_id)
    if person.deactivated_at is not None:
        return
    person.deactivated_at = now
    person.session_epoch += 1
    session.flush()
    record(
        session,
        now,
        actor_id=actor_id,
        action="person.deactivated",
        object_kind="person",
        object_id=person_id,
        before=None,
        after={"reason": reason} if reason else None,
    )


def reactivate_person(
    session: Session, person_id: int, now: datetime, *, actor_id: int | None, reason: str
) -> None:
    """Lets someone in again, with the roles they still hold. Raises NotFound for whoever was
    forgotten: nobody is left to let in."""
    person = get_person(session, person_id)
    if person.password_hash == NO_HASH:
        raise NotFound
    if person.deactivated_at is None:
        return
    person.deactivated_at = None
    session.flush()
    record(
        session,
        now,
        actor_id=actor_id,
        action="person.reactivated",
        object_kind="person",
        object_id=person_id,
        before=None,
        after={"reason": reason},
    )


def grant(session: Session, wanted: Grant, now: datetime, *, actor_id: int | None) -> Membership:
    """Gives a role. One that is held already stays as it is.

    Raises InvalidInput, and DutiesApart for what one person may not hold together.
    """
    check_role(wanted.kind, wanted.role)
    _lock(session, wanted.person_id)
    require_apart(
        wanted.kind, wanted.role, roles_of(session, wanted.person_id, OrganisationKind.CENTRE)
    )
    membership = _find_membership(session, wanted)
    if membership is not None and membership.until is None:
        return membership
    if membership is None:
        membership = Membership(
            person_id=wanted.person_id,
            organisation_kind=wanted.kind,
            organisation_id=wanted.organisation_id,
            role=wanted.role,
        )
        session.add(membership)
    membership.since, membership.until = now, None
    session.flush()
    person_id = wanted.person_id
    _write_trail(session, "role.granted", person_id, now, actor_id=actor_id, after=_facts(wanted))
    return membership


def end_membership(session: Session, held: Grant, now: datetime, *, actor_id: int | None) -> None:
    """Takes a role away, from the next request on. Raises NotFound where it was never held."""
    membership = _find_membership(session, held)
    if membership is None:
        raise NotFound
    if membership.until is not None:
        return
    membership.until = now
    session.flush()
    person_id = held.person_id
    _write_trail(session, "role.ended", person_id, now, actor_id=actor_id, before=_facts(held))


def _lock(session: Session, person_id: int) -> None:
    """Two roles given at the same moment are looked at one after the other."""
    if session.scalar(select(Person.id).where(Person.id == person_id).with_for_update()) is None:
        raise NotFound


def _find_membership(session: Session, wanted: Grant) -> Membership | None:
    return session.scalars(
        select(Membership).where(
            Membership.person_id == wanted.person_id,
            Membership.organisation_kind == wanted.kind,
            Membership.organisation_id == wanted.organisation_id,
            Membership.role == wanted.role,
        )
    ).one_or_none()


def _facts(role: Grant) -> dict[str, Any]:
    return {"kind": role.kind, "organisation_id": role.organisation_id, "role": role.role}


class _Sides(TypedDict):
    actor_id: int | None
    before: NotRequired[dict[str, Any]]
    after: NotRequired[dict[str, Any]]


def _write_trail(
    session: Session, action: str, person_id: int, now: datetime, **sides: Unpack[_Sides]
) -> None:
    record(
        session,
        now,
        actor_id=sides["actor_id"],
        action=action,
        object_kind="person",
        object_id=person_id,
        before=sides.get("before"),
        after=sides.get("after"),
    )


def choose_locale(session: Session, person_id: int, locale: str) -> None:
    """Keeps the language a person reads."""
    session.execute(update(Person).where(Person.id == person_id).values(locale=locale))
