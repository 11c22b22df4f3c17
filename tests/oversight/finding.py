"""What finders find in a span, for tests about them."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from marketplace.oversight.queries.finders import find
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Kind, first_thresholds

TODAY = date(2026, 11, 23)
DAY = Span(TODAY, TODAY + timedelta(days=1))
NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))


def found(session: Session, kind: Kind, span: Span = DAY, **changes: int) -> Sequence[Flag]:
    """Under the first thresholds, some of them changed."""
    return find(session, kind, {**first_thresholds(kind), **changes}, span)
