"""Orders of some days, each with why it is looked at."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select

from marketplace.accounts.queries import MEMBERS, PERSON_MARKS
from marketplace.core.identity import OrganisationKind
from marketplace.oversight.queries.refs import ORDERS_IN, REF_IN, placed

buyer = PERSON_MARKS.alias("buyer").c
member = MEMBERS.c


def ground(name: str) -> Select[*tuple[Any, ...]]:
    columns = (*REF_IN, placed.buyer_id, placed.placed_at)
    return (
        select(*columns, literal(name).label("ground"))
        .select_from(ORDERS_IN)
        .join(buyer.id.table, buyer.id == placed.buyer_id)
    )


def works_there() -> ColumnElement[bool]:
    """Whoever worked for the producer when it was placed."""
    return and_(
        member.organisation_kind == OrganisationKind.PRODUCER,
        member.organisation_id == placed.producer_id,
        or_(member.until.is_(None), member.until > placed.placed_at),
    )
