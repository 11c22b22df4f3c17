"""Every version of the rules, drafts among them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.geography.rules import prefix_of, touches
from marketplace.quota.models import QuotaRule


def list_rules(session: Session, year: int, *, area: str = "") -> Sequence[QuotaRule]:
    """Every version of a year, drafts among them: by rule, the newest version first. An area's
    are those that hold in it or in a part of it."""
    rows = session.scalars(
        select(QuotaRule)
        .where(QuotaRule.year == year)
        .order_by(QuotaRule.code, QuotaRule.version.desc())
    )
    return [one for one in rows if touches(prefix_of(one.area), area)]


def points_by_code(session: Session) -> dict[str, set[str]]:
    """At which points the versions of each rule recognise."""
    points: dict[str, set[str]] = {}
    for code, point in session.execute(
        select(QuotaRule.code, QuotaRule.recognition_point)
        .where(QuotaRule.published_at.is_not(None))
        .distinct()
    ):
        points.setdefault(code, set()).add(point)
    return points
