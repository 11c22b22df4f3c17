"""Sessions that were held, as a table for those who add up what they sold."""

from sqlalchemy import select

from marketplace.hosts.queries import HOSTS
from marketplace.livestream.models import LiveSession

HELD_SESSIONS = (
    select(
        LiveSession.id,
        LiveSession.county_code,
        LiveSession.title,
        HOSTS.c.name.label("host_name"),
    )
    .join(HOSTS, HOSTS.c.id == LiveSession.host_id)
    .where(LiveSession.started_at.is_not(None))
    .subquery("held_sessions")
)
