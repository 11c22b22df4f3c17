"""The register of hosts and agencies, and what happened to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import code_in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.hosts.models import Agency, Host, HostApplication, HostStep
from marketplace.hosts.queries.applications import count_waiting
from marketplace.hosts.rules.application import AGENCY, HOST, decides

TABS = ("waiting", "hosts", "agencies", "suspended")


@dataclass(frozen=True)
class RegisterRow:
    """A host or an agency in one line: `mark` is the code, or the number of the licence."""

    kind: str
    id: int
    name: str
    mark: str
    joined_at: datetime
    trusted_at: datetime | None
    suspended_at: datetime | None


@dataclass(frozen=True)
class StepView:
    kind: str
    at: datetime
    who: str
    words: str


@dataclass(frozen=True)
class RegisterView:
    """One of them with everything that happened, and the applications that led to it."""

    row: RegisterRow
    steps: Sequence[StepView]
    applications: Sequence[int]
    may_act: bool


def _register() -> Subquery:
    hosts = select(
        literal(HOST).label("kind"),
        Host.id.label("id"),
        Host.name.label("name"),
        Host.code.label("mark"),
        Host.joined_at.label("joined_at"),
        Host.trusted_at.label("trusted_at"),
        Host.suspended_at.label("suspended_at"),
        Host.county_code.label("county_code"),
    )
    agencies = select(
        literal(AGENCY),
        Agency.id,
        Agency.name,
        Agency.uscc,
        Agency.joined_at,
        null(),
        Agency.suspended_at,
        Agency.county_code,
    )
    return union_all(hosts, agencies).subquery("register")


def _shown(register: Subquery) -> list[ColumnElement[Any]]:
    return [register.c[name] for name in RegisterRow.__dataclass_fields__]


def _wanted(register: Subquery, tab: str) -> ColumnElement[bool]:
    if tab == "suspended":
        return register.c.suspended_at.is_not(None)
    return register.c.kind == (AGENCY if tab == "agencies" else HOST)


def count_register(session: Session, *, area: str = "") -> dict[str, int]:
    """How many there are on each tab."""
    register = _register()
    suspended = func.count(register.c.suspended_at)
    rows = session.execute(
        select(register.c.kind, func.count(), suspended)
        .where(*code_in_area(register.c.county_code, area))
        .group_by(register.c.kind)
    ).all()
    by_kind = {kind: (number, out) for kind, number, out in rows}
    return {
        "waiting": count_waiting(session, area=area),
        "hosts": by_kind.get(HOST, (0, 0))[0],
        "agencies": by_kind.get(AGENCY, (0, 0))[0],
        "suspended": sum(out for _number, out in by_kind.values()),
    }


def list_register(
    session: Session, tab: str, words: str, page: PageRequest, *, area: str = ""
) -> Page[RegisterRow]:
    """Hosts, agencies, or whoever is suspended, by name; of a name, code or number typed."""
    register = _register()
    conditions = [_wanted(register, tab), *code_in_area(register.c.county_code, area)]
    # What is not printable stands in no name, and PostgreSQL takes no NUL.
    typed = "".join(character for character in words if character.isprintable()).strip()
    if typed:
        named = register.c.name.icontains(typed, autoescape=True)
        conditions.append(named | register.c.mark.istartswith(typed, autoescape=True))
    total = session.scalar(select(func.count()).select_from(register).where(*conditions)) or 0
    rows = session.execute(
        select(*_shown(register))
        .where(*conditions)
        .order_by(register.c.name, register.c.kind, register.c.id)
        .limit(page.per_page)
        .offset(page.offset)
    )
    return Page([RegisterRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def view_subject(session: Session, identity: Identity, kind: str, subject_id: int) -> RegisterView:
    """One for the desk. Raises NotFound for whoever does not work in the centre."""
    register = _register()
    this = (register.c.kind == kind, register.c.id == subject_id)
    found = session.execute(select(*_shown(register)).where(*this)).one_or_none()
    if found is None or not identity.is_in_centre():
        raise NotFound
    of_application: Any = HostApplication.host_id if kind == HOST else HostApplication.agency_id
    applications = select(HostApplication.id).where(of_application == subject_id)
    return RegisterView(
        row=RegisterRow(*tuple(found)),
        steps=_steps(session, kind, subject_id),
        applications=session.scalars(applications.order_by(HostApplication.id)).all(),
        may_act=decides(identity) and not identity.has_role(kind, subject_id),
    )


def _steps(session: Session, kind: str, subject_id: int) -> list[StepView]:
    of_step: Any = HostStep.host_id if kind == HOST else HostStep.agency_id
    rows = session.execute(
        select(HostStep.kind, HostStep.at, PERSON_NAMES.c.name, HostStep.words)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == HostStep.actor_id)
        .where(of_step == subject_id)
        .order_by(HostStep.id.desc())
    )
    return [StepView(*tuple(row)) for row in rows]
