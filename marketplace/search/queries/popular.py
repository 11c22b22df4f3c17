"""What people searched for lately."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.search.models import SearchCount

LATELY = timedelta(days=30)
# What fewer people typed might be nobody's business but theirs.
LEAST_SEARCHES = 5


def list_popular(session: Session, today: date, limit: int = 8) -> Sequence[str]:
    """The words searched for most often in the last 30 days, and found."""
    searches = func.sum(SearchCount.searches)
    return session.scalars(
        select(SearchCount.typed)
        .where(SearchCount.day > today - LATELY)
        .group_by(SearchCount.typed)
        .having(searches >= LEAST_SEARCHES)
        .order_by(searches.desc(), SearchCount.typed)
        .limit(limit)
    ).all()
