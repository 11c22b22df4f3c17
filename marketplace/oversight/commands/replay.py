"""Looking at the past once more, under the version that holds."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, invalid
from marketplace.core.identity import Identity
from marketplace.oversight.commands.look import ask, what_to_look_at
from marketplace.oversight.models import SignalReplay
from marketplace.oversight.queries.versions import first_day, versions_now
from marketplace.oversight.rules.kinds import Kind
from marketplace.oversight.rules.states import operates

NOT_BEFORE_TODAY = N_("请填写今天以前的日期。")


def replay(
    session: Session, identity: Identity, kind: Kind, from_on: date, now: datetime
) -> SignalReplay:
    """Asks for the past from a day on to be looked at under the version that holds. What only
    an older version found stays. Asked for twice while it runs, it is the same."""
    if not operates(identity):
        raise Forbidden
    today, version = day_of(now), versions_now(session)[kind]
    if from_on >= today:
        raise invalid("from_on", NOT_BEFORE_TODAY)
    running = select(SignalReplay).filter_by(kind=kind, version=version.version, done_at=None)
    same = session.scalar(running)
    if same is not None:
        return same
    first = first_day(session) or today
    asked = SignalReplay(
        kind=kind,
        version=version.version,
        from_on=min(max(from_on, first), today - timedelta(days=1)),
        until_on=today,
        asked_by=identity.person_id,
        asked_at=now,
    )
    asked.looked_until = asked.from_on
    session.add(asked)
    session.flush()
    payload = {**what_to_look_at(version, asked.from_on, today), "replay_id": asked.id}
    ask(session, payload, f"replay:{asked.id}", now)
    _record(session, identity, asked, now)
    return asked


def _record(session: Session, identity: Identity, asked: SignalReplay, now: datetime) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="signal.replayed",
        object_kind="signal_rule",
        object_id=asked.kind,
        before=None,
        after={"version": asked.version, "from_on": asked.from_on.isoformat()},
    )
