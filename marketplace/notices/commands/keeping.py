"""How long notices are kept."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from marketplace.notices.models import Notice

KEEP_READ = timedelta(days=366)
KEEP_ALL = timedelta(days=2 * 366)
AT_ONCE = 1000


def drop_old(session: Session, now: datetime) -> int:
    """Drops what was read and is older than a year, and all else after two; how many.

    What they told stays where it belongs: in the orders, the books and the audit trail.
    """
    read = and_(Notice.read_at.is_not(None), Notice.created_at < now - KEEP_READ)
    old = (
        select(Notice.id)
        .where(Notice.created_at < now - KEEP_READ)
        .where(or_(read, Notice.created_at < now - KEEP_ALL))
        .order_by(Notice.created_at, Notice.id)
        .limit(AT_ONCE)
    )
    statement = delete(Notice).where(Notice.id.in_(old)).returning(Notice.id)
    return len(session.execute(statement).all())
