"""What people searched for lately."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.search.local.copy import LocalCopy
from marketplace.search.models import SearchCount
from marketplace.search.queries.find import finds_words

LATELY = timedelta(days=30)
# What fewer people typed might be nobody's business but theirs.
LEAST_SEARCHES = 5
SHOWN = 8


def list_popular(session: Session, copy: LocalCopy, today: date) -> list[str]:
    """The words searched for most often in the last 30 days that find something as typed."""
    return list(islice(_found(session, copy, today), SHOWN))


def _found(session: Session, copy: LocalCopy, today: date) -> Iterator[str]:
    searches = func.sum(SearchCount.searches)
    often = session.scalars(
        select(SearchCount.typed)
        .where(SearchCount.day > today - LATELY)
        .group_by(SearchCount.typed)
        .having(searches >= LEAST_SEARCHES)
        .order_by(searches.desc(), SearchCount.typed)
        .limit(4 * SHOWN)
    )
    return (typed for typed in often if finds_words(copy, typed))
