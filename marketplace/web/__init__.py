"""What every route shares: the database session, who asks, refusals as pages, page furniture."""

from marketplace.web.access import (
    allow,
    authorise,
    confirmed_lately,
    confirmed_where_enrolled,
    current_identity,
    current_seat,
    find_identity,
    public,
)
from marketplace.web.database import begin_again, commit, db, now, session
from marketplace.web.replica import from_replica

__all__ = [
    "allow",
    "authorise",
    "begin_again",
    "commit",
    "confirmed_lately",
    "confirmed_where_enrolled",
    "current_identity",
    "current_seat",
    "db",
    "find_identity",
    "from_replica",
    "now",
    "public",
    "session",
]
