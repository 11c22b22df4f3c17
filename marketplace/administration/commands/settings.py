"""Verbs of settings: one asks for a value, another lets it hold from now on."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.administration.commands.asked import (
    Place,
    close_request,
    latest,
    note_request,
    put_request,
)
from marketplace.administration.models import CountySetting, SettingRequest
from marketplace.administration.queries import forget_settings, get_setting_request, setting
from marketplace.administration.rules import Decision, NothingToChange, asks
from marketplace.administration.rules.settings import SETTINGS
from marketplace.audit.commands import record
from marketplace.core.errors import Forbidden, NotFound


def ask_for_setting(
    session: Session, place: Place, wanted: tuple[str, int, str], now: datetime
) -> int:
    """Asks for (name, value, reason); the request's id. Raises Forbidden, NotFound,
    NothingToChange, AlreadyAsked."""
    identity, county_code = place
    name, value, reason = wanted
    if not asks(identity):
        raise Forbidden
    if name not in SETTINGS:
        raise NotFound
    if setting(session, county_code, name, now) == value:
        raise NothingToChange
    values = {"name": name, "value": value, "reason": reason, "open_for": f"{county_code}:{name}"}
    request_id = put_request(session, SettingRequest, place, values, now)
    asked = latest(session, SettingRequest, request_id)
    note_request(session, "setting.asked", asked, now, identity.person_id)
    return request_id


def decide_setting(
    session: Session, place: Place, request_id: int, decision: Decision, now: datetime
) -> SettingRequest:
    """Lets a value hold from now on, or not. Raises NotFound, Forbidden, Decided, OwnRequest."""
    identity, county_code = place
    request = get_setting_request(session, request_id, county_code)
    close_request(session, request, identity, decision, now)
    note_request(session, "setting.decided", request, now, identity.person_id)
    if decision.is_granted:
        _put(session, request, identity.person_id, now)
    return request


def _put(session: Session, request: SettingRequest, decided_by: int, now: datetime) -> None:
    before = setting(session, request.county_code, request.name, now)
    of_this = (
        CountySetting.county_code == request.county_code,
        CountySetting.name == request.name,
    )
    version = (session.scalar(select(func.max(CountySetting.version)).where(*of_this)) or 0) + 1
    session.add(
        CountySetting(
            county_code=request.county_code,
            name=request.name,
            version=version,
            value=request.value,
            from_at=now,
            asked_by=request.asked_by,
            decided_by=decided_by,
            reason=request.reason,
        )
    )
    session.flush()
    forget_settings(session)
    record(
        session,
        now,
        actor_id=decided_by,
        action="setting.changed",
        object_kind="county_setting",
        object_id=request.name,
        before={"value": before},
        after={"value": request.value, "version": version},
    )
