"""Verbs about people: entered by the system's administrator, who may also shut them out."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.commands import (
    NewPerson,
    create_person,
    deactivate_person,
    reactivate_person,
)
from marketplace.accounts.rules.logins import can_be_written_to, normal_login
from marketplace.administration.rules import OwnAccess, asks
from marketplace.core.errors import N_, Forbidden, invalid
from marketplace.core.identity import Identity

# No password has it as its hash: whoever was entered sets one by the link.
NO_PASSWORD = "not set yet"  # noqa: S105 — says that there is none
NOT_AN_ADDRESS = N_("登录名要是收得到信的邮箱地址,设置密码的链接会寄到那里。")


def admit_person(
    session: Session, identity: Identity, new: tuple[str, str, str], now: datetime
) -> int:
    """Enters (login, name, phone); the person's id. Raises Forbidden, InvalidInput, LoginTaken."""
    login, name, phone = new
    if not asks(identity):
        raise Forbidden
    if not can_be_written_to(normal_login(login)):
        raise invalid("login", NOT_AN_ADDRESS)
    made = NewPerson(login, name, NO_PASSWORD, phone or None)
    return create_person(session, made, now, actor_id=identity.person_id).id


def shut_out(
    session: Session, identity: Identity, person_id: int, reason: str, now: datetime
) -> None:
    """Ends somebody's access at once. Raises Forbidden, NotFound, OwnAccess."""
    _require_other(identity, person_id)
    deactivate_person(session, person_id, now, actor_id=identity.person_id, reason=reason)


def let_in(
    session: Session, identity: Identity, person_id: int, reason: str, now: datetime
) -> None:
    """Lets somebody in again. Raises Forbidden, NotFound, OwnAccess."""
    _require_other(identity, person_id)
    reactivate_person(session, person_id, now, actor_id=identity.person_id, reason=reason)


def _require_other(identity: Identity, person_id: int) -> None:
    if not asks(identity):
        raise Forbidden
    if person_id == identity.person_id:
        raise OwnAccess
