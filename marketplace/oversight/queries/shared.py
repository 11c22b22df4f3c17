"""Buyer and producer who share a phone, a person or a legal person."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from marketplace.accounts.queries import MEMBERS, PERSON_MARKS
from marketplace.core.clock import day_of
from marketplace.entering.queries.legal import LEGAL_PERSONS
from marketplace.oversight.queries.grounds import buyer, ground, works_there
from marketplace.oversight.queries.refs import days_of, placed, ref_of
from marketplace.oversight.queries.sent_to_sellers import orders_to_sellers
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds
from marketplace.producers.queries import PRODUCER_MARKS

clerk = PERSON_MARKS.alias("clerk").c
producer, member, legal = PRODUCER_MARKS.c, MEMBERS.c, LEGAL_PERSONS.c


def find_shared(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Once a year for each unit, or private buyer, and producer."""
    grounds = [*_phones(thresholds["digits"]), _persons()]
    if thresholds["names"]:
        grounds.append(_names())
    every = union_all(*grounds).subquery("shared")
    wanted = select(every)
    rows = [
        *session.execute(wanted, days_of(span)),
        *orders_to_sellers(session, thresholds["digits"], span),
    ]
    sides = sorted(rows, key=lambda row: (*_sides(row), row.placed_at, row.id, row.ground))
    for side, group in groupby(sides, key=_sides):
        yield _flag(side, list(group), span.from_on.year)


def _sides(row: Row[*tuple[Any, ...]]) -> tuple[str, int, int]:
    if row.unit_id is not None:
        return ("unit", row.unit_id, row.producer_id)
    return ("buyer", row.buyer_id, row.producer_id)


def _digits(phone: ColumnElement[Any]) -> ColumnElement[str]:
    """A phone as far as two of them can be compared."""
    plain: ColumnElement[str] = phone
    for sign in (" ", "-", "+86", "(", ")"):
        plain = func.replace(plain, sign, "")
    return plain


def _phones(digits: int) -> tuple[Select[*tuple[Any, ...]], ...]:
    """The phone of the buyer is that of the producer, or of who works there."""
    with_clerk = (
        ground("clerk_phone")
        .join(MEMBERS, works_there())
        .join(clerk.id.table, clerk.id == member.person_id)
    )
    of_producer = ground("phone").join(PRODUCER_MARKS, producer.id == placed.producer_id)
    return tuple(
        ground.where(
            func.length(_digits(phone)) >= digits,
            _digits(phone) == _digits(buyer.phone),
        )
        for ground, phone in ((of_producer, producer.phone), (with_clerk, clerk.phone))
    )


def _persons() -> Select[*tuple[Any, ...]]:
    """Who bought or approved works for the producer."""
    own = or_(member.person_id == placed.buyer_id, member.person_id == placed.decided_by)
    return ground("person").join(MEMBERS, and_(works_there(), own))


def _names() -> Select[*tuple[Any, ...]]:
    """The producer's legal person is called like the buyer or the consignee."""
    same = or_(legal.legal_name == buyer.name, legal.legal_name == placed.consignee_name)
    return ground("legal_name").join(
        LEGAL_PERSONS, and_(legal.producer_id == placed.producer_id, same)
    )


def _flag(side: tuple[str, int, int], rows: list[Row[*tuple[Any, ...]]], year: int) -> Flag:
    kind, buyer_id, producer_id = side
    refs = {row.id: ref_of(row) for row in rows}
    return Flag(
        key=f"{kind}:{buyer_id}/producer:{producer_id}/{year}",
        subject=(kind, buyer_id),
        happened_on=day_of(rows[0].placed_at),
        unit_id=rows[0].unit_id,
        producer_id=producer_id,
        figures={
            "grounds": sorted({row.ground for row in rows}),
            "orders": len(refs),
            "sum_fen": sum(ref.amount_fen for ref in refs.values()),
        },
        orders=list(refs.values()),
        people=sorted({row.buyer_id for row in rows}),
    )
