"""Publishing thresholds: a new version, with a reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.oversight.models import SignalRule
from marketplace.oversight.queries.versions import versions_now
from marketplace.oversight.rules.kinds import Kind, Thresholds
from marketplace.oversight.rules.states import RuleUnchanged, operates


def publish_thresholds(
    session: Session,
    identity: Identity,
    kind: Kind,
    given: tuple[Thresholds, str],
    now: datetime,
) -> int:
    """The number of the version that holds from now on. The same person saying the same twice
    publishes once. Raises Forbidden, RuleUnchanged."""
    if not operates(identity):
        raise Forbidden
    thresholds, reason = given
    present = versions_now(session)[kind]
    if dict(present.thresholds) == dict(thresholds):
        if (present.decided_by, present.reason) == (identity.person_id, reason):
            return present.version
        raise RuleUnchanged
    session.add(
        SignalRule(
            kind=kind,
            version=present.version + 1,
            thresholds=dict(thresholds),
            from_at=now,
            decided_by=identity.person_id,
            reason=reason,
        )
    )
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="signal.thresholds",
        object_kind="signal_rule",
        object_id=kind,
        before={"version": present.version, **present.thresholds},
        after={"version": present.version + 1, **thresholds, "reason": reason},
    )
    return present.version + 1
