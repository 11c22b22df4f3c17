"""Looking: every night at the days that are over, month by month where some were missed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.paging import in_parts
from marketplace.outbox.commands import put
from marketplace.outbox.rules import Payload
from marketplace.oversight.models import Signal, SignalCursor, SignalReplay, SignalStep
from marketplace.oversight.queries.finders import find
from marketplace.oversight.queries.versions import (
    Version,
    cursors,
    first_day,
    get_version,
    versions_now,
)
from marketplace.oversight.rules.flags import Flag, Span, first_part, parts_of
from marketplace.oversight.rules.kinds import Kind
from marketplace.oversight.rules.states import State, StepKind

LOOK_JOB = "oversight.look"
AT_ONCE = 100


def begin_look(session: Session, now: datetime) -> int:
    """Asks for a look at the days that are over, once a day and kind; how many it asked for.
    The first look begins with the oldest order."""
    today = day_of(now)
    looked = cursors(session)
    behind = [kind for kind in Kind if looked.get(kind, date.min) < today]
    first = first_day(session) if behind else None
    if first is None:
        return 0
    versions = versions_now(session)
    asked = 0
    for kind in behind:
        from_on = looked.get(kind, first)
        if from_on < today:
            payload = what_to_look_at(versions[kind], from_on, today)
            asked += ask(session, payload, f"{kind}:{today}", now)
    return asked


def what_to_look_at(version: Version, from_on: date, until_on: date) -> dict[str, str | int]:
    return {
        "kind": version.kind,
        "version": version.version,
        "from_on": from_on.isoformat(),
        "until_on": until_on.isoformat(),
    }


def ask(session: Session, payload: Payload, once: str, now: datetime) -> bool:
    effect_key = f"{LOOK_JOB}:{once}:{payload['from_on']}"
    return put(session, LOOK_JOB, {**payload, "once": once}, effect_key=effect_key, now=now)


def look_on(session: Session, payload: Payload, now: datetime) -> None:
    """Looks at one month of what is left, and asks for the rest."""
    kind, replay_id = Kind(payload["kind"]), payload.get("replay_id")
    version = get_version(session, kind, int(payload["version"]))
    until_on = date.fromisoformat(payload["until_on"])
    part = first_part(date.fromisoformat(payload["from_on"]), until_on)
    found = look(session, version, part, now)
    if replay_id is None:
        _move_cursor(session, kind, part.until_on, now)
    else:
        _move_replay(session, int(replay_id), part.until_on, len(found), now)
    if part.until_on < until_on:
        rest = {**payload, "from_on": part.until_on.isoformat()}
        ask(session, rest, str(payload["once"]), now)


def look(session: Session, version: Version, span: Span, now: datetime) -> list[int]:
    """Keeps what is found of a kind in these days; the ids of what was not known."""
    flags = find(session, version.kind, version.thresholds, span)
    return _keep(session, version, flags, now)


def look_back(session: Session, now: datetime) -> int:
    """The whole past at once, for every kind under what holds now; how many were found."""
    today, first = day_of(now), first_day(session)
    found = 0
    for kind, version in versions_now(session).items():
        for part in parts_of(first or today, today):
            found += len(look(session, version, part, now))
            _move_cursor(session, kind, part.until_on, now)
    return found


def _keep(session: Session, version: Version, flags: Sequence[Flag], now: datetime) -> list[int]:
    kept: list[int] = []
    for few in in_parts(flags, AT_ONCE):
        statement = insert_into(session, Signal).values([_row(version, flag, now) for flag in few])
        statement = statement.on_conflict_do_nothing(index_elements=["kind", "key", "version"])
        kept += session.scalars(statement.returning(Signal.id)).all()
    _log_found(session, kept, now)
    return kept


def _row(version: Version, flag: Flag, now: datetime) -> dict[str, object]:
    subject_kind, subject_id = flag.subject
    return {
        "kind": version.kind,
        "version": version.version,
        "key": flag.key,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "unit_id": flag.unit_id,
        "producer_id": flag.producer_id,
        "happened_on": flag.happened_on,
        "found_at": now,
        "evidence": flag.evidence(version.thresholds),
        "state": State.OPEN,
        "unit_asked": False,
        "producer_asked": False,
    }


def _log_found(session: Session, signal_ids: Collection[int], now: datetime) -> None:
    if signal_ids:
        steps = [
            {"signal_id": signal_id, "kind": StepKind.FOUND, "at": now, "words": ""}
            for signal_id in sorted(signal_ids)
        ]
        session.execute(insert(SignalStep), steps)


def _move_cursor(session: Session, kind: Kind, until_on: date, now: datetime) -> None:
    """Never back: a look that was late has been overtaken."""
    cursor = session.get(SignalCursor, kind, with_for_update=True)
    if cursor is None:
        session.add(SignalCursor(kind=kind, looked_until=until_on, looked_at=now))
    elif cursor.looked_until < until_on:
        cursor.looked_until, cursor.looked_at = until_on, now
    session.flush()


def _move_replay(
    session: Session, replay_id: int, until_on: date, found: int, now: datetime
) -> None:
    one = session.get_one(SignalReplay, replay_id, with_for_update=True)
    one.looked_until, one.found = until_on, one.found + found
    if until_on >= one.until_on:
        one.done_at = now
    session.flush()
