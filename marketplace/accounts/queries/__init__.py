"""Reads of people: who someone is, by id, by token, by login."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    AccessToken,
    Membership,
    PasswordReset,
    Person,
)
from marketplace.accounts.queries.personal import proofs_about
from marketplace.accounts.rules.logins import DEMONSTRATION, normal_login
from marketplace.core.areas import in_area
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Standing
from marketplace.core.paging import Page, PageRequest
from marketplace.core.personal import PersonalData, rows_of
from marketplace.core.seats import Seat

# For packages above that join names of people to their own rows.
PERSON_NAMES = select(Person.id, Person.name).subquery("person_names")
# What people are known by, and where they belong or belonged, for whoever compares them.
PERSON_MARKS = select(Person.id, Person.name, Person.phone).subquery("person_marks")
MEMBERS = select(
    Membership.person_id,
    Membership.organisation_kind,
    Membership.organisation_id,
    Membership.until,
).subquery("members")


# A centre belongs to a room above; who someone is includes its area, in the same statement.
_CENTRES = table("operations_centre", column("id"), column("county_code"))


def _area() -> ColumnElement[str]:
    """The digits a centre's divisions begin with; empty where no centre looks after others."""
    here, other = _CENTRES, _CENTRES.alias("other_centre")
    elsewhere = select(other.c.id).where(
        func.substr(other.c.county_code, 1, func.length(here.c.county_code)) != here.c.county_code
    )
    return func.coalesce(case((elsewhere.exists(), here.c.county_code), else_=""), "")


def hash_of(secret: str) -> str:
    """What is kept of a token. It is long and random, so a quick hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def load_identity(session: Session, person_id: int) -> Identity | None:
    """Who a person is, with the roles they hold now; None where they may not log in (any more)."""
    return _identity(session.execute(_BY_ID, {"person_id": person_id}).all())


Seated = tuple[Identity, Seat]


def find_bearer(session: Session, token: str, now: datetime) -> Seated | None:
    """Whom a bearer token stands for and how it was got; None where it is unknown, expired,
    revoked or logged out."""
    found = session.execute(_BY_TOKEN, {"token_hash": hash_of(token), "now": now}).all()
    identity = _identity([row[:-4] for row in found])
    return (identity, Seat(*found[0][-4:])) if identity else None


def _people() -> Select[*tuple[Any, ...]]:
    holds = and_(Membership.person_id == Person.id, Membership.until.is_(None))
    is_of_centre = and_(
        Membership.organisation_kind == OrganisationKind.CENTRE,
        _CENTRES.c.id == Membership.organisation_id,
    )
    return (
        select(
            Person.id,
            Person.login,
            Person.name,
            Person.locale,
            Person.session_epoch,
            Membership.organisation_kind,
            Membership.organisation_id,
            Membership.role,
            _area(),
        )
        .outerjoin(Membership, holds)
        .outerjoin(_CENTRES, is_of_centre)
        .where(Person.deactivated_at.is_(None))
        .order_by(Membership.id)
    )


# Put together once: one of them is asked with nearly every request.
_BY_ID = _people().where(Person.id == bindparam("person_id"))
_BY_TOKEN = (
    _people()
    .add_columns(
        literal(None),
        AccessToken.created_at,
        AccessToken.confirmed_at,
        Person.second_step_since.is_not(None),
    )
    .join(AccessToken, AccessToken.person_id == Person.id)
    .where(
        AccessToken.session_epoch == Person.session_epoch,
        AccessToken.token_hash == bindparam("token_hash"),
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > bindparam("now"),
    )
)


def _identity(rows: Sequence[Sequence[Any]]) -> Identity | None:
    if not rows:
        return None
    standings = tuple(Standing(*row[5:]) for row in rows if row[5] is not None)
    person_id, login, name, locale, session_epoch = rows[0][:5]
    return Identity(person_id, login, name, locale, session_epoch, standings)


def find_person(session: Session, login: str) -> Person | None:
    """The person of a login, however it was typed."""
    try:
        normal = normal_login(login)
    except InvalidInput:
        return None
    return session.scalars(select(Person).where(Person.login == normal)).one_or_none()


def get_person(session: Session, person_id: int) -> Person:
    """The person. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def names_of(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """Names of people by id, in one statement."""
    wanted = select(Person.id, Person.name).where(Person.id.in_(set(person_ids)))
    return {row.id: row.name for row in session.execute(wanted)}


def roles_of(
    session: Session, person_id: int, kind: str, organisation_id: int | None = None
) -> set[str]:
    """The roles someone holds now in an organisation, or in all of a kind."""
    wanted = select(Membership.role).where(
        Membership.person_id == person_id,
        Membership.organisation_kind == kind,
        Membership.until.is_(None),
    )
    if organisation_id is not None:
        wanted = wanted.where(Membership.organisation_id == organisation_id)
    return set(session.scalars(wanted))


def list_members(
    session: Session, kind: str, organisation_id: int, *roles: str
) -> Sequence[tuple[Person, str]]:
    """The people of an organisation with their roles, in the order in which they joined."""
    wanted = (
        select(Person, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_kind == kind,
            Membership.organisation_id == organisation_id,
            Membership.until.is_(None),
            Person.deactivated_at.is_(None),
        )
        .order_by(Membership.id)
    )
    if roles:
        wanted = wanted.where(Membership.role.in_(roles))
    return [(person, role) for person, role in session.execute(wanted)]


def member_ids(session: Session, kind: str, organisation_id: int, *roles: str) -> set[int]:
    """The people of an organisation, each once, whatever their roles."""
    return {person.id for person, _role in list_members(session, kind, organisation_id, *roles)}


def list_people(session: Session, typed: str, page: PageRequest, *, area: str = "") -> Page[Person]:
    """People by the beginning of their login or by part of their name, the latest first; of an
    area those who belong to something there, or to nothing yet."""
    wanted = select(Person).where(*in_area("person/staff", Person.id, area))
    if words := "".join(one for one in typed if one.isprintable()).strip():
        by_login = Person.login.startswith(words.casefold(), autoescape=True)
        wanted = wanted.where(or_(by_login, Person.name.contains(words, autoescape=True)))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(Person.id.desc()).offset(page.offset).limit(page.per_page)
    return Page(session.scalars(ordered).all(), page.page, page.per_page, total)


def list_held(session: Session, person_id: int, *, area: str = "") -> Sequence[Membership]:
    """Every role someone holds or held, the present ones first."""
    here = in_area("membership", Membership.id, area)
    wanted = select(Membership).where(Membership.person_id == person_id, *here)
    return session.scalars(wanted.order_by(Membership.until.is_not(None), Membership.id)).all()


def count_open_tokens(session: Session, person_id: int, now: datetime) -> int:
    """Programs that are logged in for someone."""
    wanted = (
        select(func.count())
        .select_from(AccessToken)
        .join(Person, Person.id == AccessToken.person_id)
        .where(
            AccessToken.person_id == person_id,
            AccessToken.revoked_at.is_(None),
            AccessToken.expires_at > now,
            AccessToken.session_epoch == Person.session_epoch,
        )
    )
    return session.scalar(wanted) or 0


def find_open_reset(session: Session, token: str, now: datetime) -> Person | None:
    """Whose password a link may set; None where it was used, is too old or never was."""
    wanted = (
        select(Person)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(
            PasswordReset.token_hash == hash_of(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
            Person.deactivated_at.is_(None),
        )
    )
    return session.scalars(wanted).one_or_none()


def list_demonstration_people(session: Session) -> Sequence[Identity]:
    """The people whose password is public, in the order in which they were made."""
    shown = Person.login.endswith(DEMONSTRATION, autoescape=True)
    rows = session.execute(_people().where(shown)).all()
    by_person = {row[0]: [other for other in rows if other[0] == row[0]] for row in rows}
    found = (_identity(by_person[person_id]) for person_id in sorted(by_person))
    return [identity for identity in found if identity is not None]


def personal_data(session: Session, person_id: int) -> PersonalData:
    """Everything accounts hold about a person; of secrets only when they were made."""
    about = (Person.id, Person.login, Person.name, Person.phone, Person.locale)
    held = (Membership.organisation_kind, Membership.organisation_id, Membership.role)
    token = (AccessToken.created_at, AccessToken.expires_at, AccessToken.revoked_at)
    link = (PasswordReset.created_at, PasswordReset.expires_at, PasswordReset.used_at)
    wanted = {
        "person": select(*about, Person.created_at).where(Person.id == person_id),
        "memberships": select(*held, Membership.since, Membership.until)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id),
        "access_tokens": select(*token)
        .where(AccessToken.person_id == person_id)
        .order_by(AccessToken.created_at),
        "password_links": select(*link)
        .where(PasswordReset.person_id == person_id)
        .order_by(PasswordReset.created_at),
    }
    found = {name: rows_of(session, statement) for name, statement in wanted.items()}
    return found | {
        name: rows_of(session, statement) for name, statement in proofs_about(person_id).items()
    }
