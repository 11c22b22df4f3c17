"""Settings as they hold, and what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.administration.models import CountySetting, RoleRequest, SettingRequest
from marketplace.administration.rules import State
from marketplace.administration.rules.settings import SETTINGS
from marketplace.core.areas import code_in_area
from marketplace.core.db import kept_in_transaction
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.core.personal import PersonalData, rows_of
from marketplace.core.queues import Queue, queue_of

SHOWN = 200
_KEPT = "county settings"


@dataclass(frozen=True)
class Standing:
    """One setting as it holds now, with its history, the latest first."""

    name: str
    value: int
    versions: Sequence[CountySetting]


def setting(session: Session, county_code: str, name: str, at: datetime) -> int:
    """What a county has set, as it held at a moment; what holds everywhere where it set nothing.

    Asked of the database once a transaction, however many orders a page asks it for.
    """
    held = [one for one in _versions(session, county_code) if one.name == name]
    since = (one.value for one in held if one.from_at <= at)
    return next(since, SETTINGS[name].default)


def _versions(session: Session, county_code: str) -> Sequence[CountySetting]:
    """Everything a county has set, the latest first."""
    kept = kept_in_transaction(session, _KEPT)
    if county_code not in kept:
        wanted = select(CountySetting).where(CountySetting.county_code == county_code)
        ordered = wanted.order_by(CountySetting.version.desc(), CountySetting.id.desc())
        kept[county_code] = session.scalars(ordered).all()
    found: Sequence[CountySetting] = kept[county_code]
    return found


def forget_settings(session: Session) -> None:
    """What was just set is read anew."""
    session.info.pop(_KEPT, None)


def counties_that_set(session: Session, name: str) -> list[str]:
    """The counties that ever set this themselves."""
    wanted = select(CountySetting.county_code).where(CountySetting.name == name).distinct()
    return sorted(session.scalars(wanted))


def list_settings(session: Session, county_code: str, at: datetime) -> list[Standing]:
    versions = _versions(session, county_code)
    return [
        Standing(
            name,
            setting(session, county_code, name, at),
            [one for one in versions if one.name == name],
        )
        for name in SETTINGS
    ]


def get_role_request(session: Session, request_id: int, county_code: str) -> RoleRequest:
    """The request, locked. Raises NotFound for that of another county."""
    wanted = select(RoleRequest).where(RoleRequest.id == request_id).with_for_update()
    found = session.scalars(wanted).one_or_none()
    if found is None or found.county_code != county_code:
        raise NotFound
    return found


def get_setting_request(session: Session, request_id: int, county_code: str) -> SettingRequest:
    """The request, locked. Raises NotFound for that of another county."""
    wanted = select(SettingRequest).where(SettingRequest.id == request_id).with_for_update()
    found = session.scalars(wanted).one_or_none()
    if found is None or found.county_code != county_code:
        raise NotFound
    return found


def list_role_requests(
    session: Session, county_code: str, state: str, page: PageRequest
) -> Page[RoleRequest]:
    """Requests in a state: what waits longest first, what is decided latest first."""
    wanted = select(RoleRequest).where(
        RoleRequest.county_code == county_code, RoleRequest.state == state
    )
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    oldest_first = state == State.ASKED
    ordered = wanted.order_by(RoleRequest.id if oldest_first else RoleRequest.id.desc())
    found = session.scalars(ordered.offset(page.offset).limit(page.per_page)).all()
    return Page(found, page.page, page.per_page, total)


def list_requests_about(
    session: Session, person_id: int, *, area: str = ""
) -> Sequence[RoleRequest]:
    here = code_in_area(RoleRequest.county_code, area)
    wanted = select(RoleRequest).where(RoleRequest.person_id == person_id, *here)
    return session.scalars(wanted.order_by(RoleRequest.id.desc()).limit(SHOWN)).all()


def list_setting_requests(session: Session, county_code: str) -> Sequence[SettingRequest]:
    """What waits for a decision, then what was decided, the latest first."""
    wanted = select(SettingRequest).where(SettingRequest.county_code == county_code)
    ordered = wanted.order_by(SettingRequest.state != State.ASKED, SettingRequest.id.desc())
    return session.scalars(ordered.limit(SHOWN)).all()


def personal_data(session: Session, person_id: int) -> PersonalData:
    """Roles that were asked for a person, and what became of it."""
    about = (RoleRequest.ask, RoleRequest.organisation_kind, RoleRequest.organisation_id)
    more = (RoleRequest.role, RoleRequest.state, RoleRequest.asked_at, RoleRequest.decided_at)
    wanted = select(*about, *more).where(RoleRequest.person_id == person_id)
    return {"role_requests": rows_of(session, wanted.order_by(RoleRequest.id))}


def queue_of_role_requests(session: Session, county_code: str) -> Queue:
    """Roles that were asked for and neither given nor refused."""
    asked = (RoleRequest.county_code == county_code, RoleRequest.state == State.ASKED)
    return queue_of(session, RoleRequest.asked_at, *asked)


def queue_of_setting_requests(session: Session, county_code: str) -> Queue:
    """Settings that were asked for and not decided."""
    asked = (SettingRequest.county_code == county_code, SettingRequest.state == State.ASKED)
    return queue_of(session, SettingRequest.asked_at, *asked)
