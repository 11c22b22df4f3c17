"""The county decides how sales are attributed to hosts: always a new version."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of, start_of
from marketplace.core.db import insert_into
from marketplace.core.errors import Forbidden, InvalidInput
from marketplace.core.identity import Identity, Role
from marketplace.livestream.models import LivestreamRule
from marketplace.livestream.queries.county import list_versions
from marketplace.livestream.rules.county import RuleChanged, RuleWish, wrong_rule


def decide_rule(
    session: Session, identity: Identity, county_code: str, wish: RuleWish, now: datetime
) -> int:
    """A version from today's instant or from the start of a later day on; its number. What was
    placed before keeps the version of its time."""
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    errors = wrong_rule(wish, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    versions = list_versions(session, county_code)
    newest = versions[0].version if versions else 0
    if newest != wish.seen_version:
        raise RuleChanged
    made = _add(session, identity, county_code, wish, now)
    if made is None:
        raise RuleChanged
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="livestream_rule.decided",
        object_kind="county",
        object_id=county_code,
        before=None,
        after={**_terms(wish), "version": made, "from_on": wish.from_on.isoformat()},
    )
    return made


def _terms(wish: RuleWish) -> dict[str, int | bool]:
    return {
        "window_days": wish.window_days,
        "grace_hours": wish.grace_hours,
        "code_beats_link": wish.code_beats_link,
        "units_earn": wish.units_earn,
    }


def _add(
    session: Session, identity: Identity, county_code: str, wish: RuleWish, now: datetime
) -> int | None:
    """The number of the new version. Of two who decide at once, the second waits here and then
    gets None: it has not seen the first."""
    return session.execute(
        insert_into(session, LivestreamRule)
        .values(
            county_code=county_code,
            version=wish.seen_version + 1,
            from_at=now if wish.from_on == day_of(now) else start_of(wish.from_on),
            decided_by=identity.person_id,
            reason=wish.reason,
            **_terms(wish),
        )
        .on_conflict_do_nothing(index_elements=["county_code", "version"])
        .returning(LivestreamRule.version)
    ).scalar()
