"""Where a short link leads, and whose it is."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.livestream.models import LiveSession, ShortLink


@dataclass(frozen=True)
class LinkPlace:
    """A link and the product it leads to."""

    id: int
    product_id: int


def find_link(session: Session, code: str) -> LinkPlace | None:
    """The link of a code, by one statement."""
    row = session.execute(
        select(ShortLink.id, ShortLink.product_id).where(ShortLink.code == code)
    ).one_or_none()
    return LinkPlace(row.id, row.product_id) if row else None


def hosts_of_links(session: Session, link_ids: Collection[int]) -> dict[int, int]:
    """Link → the host whose it is, of those that exist."""
    rows = session.execute(
        select(ShortLink.id, LiveSession.host_id)
        .join(LiveSession, LiveSession.id == ShortLink.session_id)
        .where(ShortLink.id.in_(link_ids))
    )
    return {row.id: row.host_id for row in rows}
