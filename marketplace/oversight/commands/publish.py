"""Publishing thresholds: a new version, with a reason."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.oversight.models import SignalRule
from marketplace.oversight.queries.versions import versions_now
from marketplace.oversight.rules.kinds import Kind, Thresholds
from marketplace.oversight.rules.states import RuleChanged, RuleUnchanged, operates


def publish_thresholds(
    session: Session,
    identity: Identity,
    kind: Kind,
    given: tuple[Thresholds, str],
    now: datetime,
) -> int:
    """The number of the version that holds from now on. The same person saying the same twice
    publishes once. Raises Forbidden, RuleUnchanged, RuleChanged."""
    if not operates(identity):
        raise Forbidden
    thresholds, reason = given
    present = versions_now(session)[kind]
    if dict(present.thresholds) == dict(thresholds):
        if (present.decided_by, present.reason) == (identity.person_id, reason):
            return present.version
        raise RuleUnchanged
    version = SignalRule(
        kind=kind,
        version=present.version + 1,
        thresholds=dict(thresholds),
        from_at=now,
        decided_by=identity.person_id,
        reason=reason,
    )
    _add(session, version)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="signal.thresholds",
        object_kind="signal_rule",
        object_id=kind,
        before={"version": present.version, **present.thresholds},
        after={"version": version.version, **thresholds, "reason": reason},
    )
    return version.version


def _add(session: Session, version: SignalRule) -> None:
    """Of two who publish at once, the second waits here and then has not seen the first."""
    try:
        with session.begin_nested():
            session.add(version)
            session.flush()
    except IntegrityError:
        raise RuleChanged from None
