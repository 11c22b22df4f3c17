"""The versions of a county's rule of sales by livestream."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.livestream.models import LivestreamRule


@dataclass(frozen=True)
class RuleRow:
    """A version with who decided it."""

    version: int
    window_days: int
    grace_hours: int
    code_beats_link: bool
    units_earn: bool
    from_at: datetime
    who: str | None
    reason: str


def list_versions(session: Session, county_code: str) -> list[RuleRow]:
    """Every version, the newest first."""
    row = LivestreamRule
    rows = session.execute(
        select(
            *(row.version, row.window_days, row.grace_hours, row.code_beats_link),
            *(row.units_earn, row.from_at, PERSON_NAMES.c.name, row.reason),
        )
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == row.decided_by)
        .where(row.county_code == county_code)
        .order_by(row.version.desc())
    )
    return [RuleRow(*found) for found in rows]


def in_force_of(versions: list[RuleRow], at: datetime) -> RuleRow | None:
    """The version that holds at an instant: the newest that has begun."""
    return next((one for one in versions if one.from_at <= at), None)
