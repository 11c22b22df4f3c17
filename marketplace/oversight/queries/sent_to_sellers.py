"""Purchases sent to whoever sells: numbers of consignees are compared by their marks, because they
stand sealed, and none is opened."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, union_all
from sqlalchemy.orm import Session

from marketplace.accounts.queries import MEMBERS, PERSON_MARKS
from marketplace.core.closed import mark_words
from marketplace.core.paging import in_parts
from marketplace.ordering.rules.recipients import comparable, words_to_mark
from marketplace.oversight.queries.grounds import ground, works_there
from marketplace.oversight.queries.refs import AT_ONCE, days_of, placed
from marketplace.oversight.rules.flags import Span
from marketplace.producers.queries import PRODUCER_MARKS

clerk = PERSON_MARKS.alias("clerk").c
producer, member = PRODUCER_MARKS.c, MEMBERS.c


def orders_to_sellers(session: Session, digits: int, span: Span) -> Iterator[Row[Any]]:
    """Orders whose consignee has the number of the producer, or of who works there."""
    days = days_of(span)
    every = _with_sellers()
    phones = session.scalars(every.select().with_only_columns(every.c.phone).distinct(), days)
    marks = {
        phone: mark_words(session, words_to_mark(phone))
        for phone in phones
        if phone and len(comparable(phone)) >= digits
    }
    for few in in_parts(sorted(set(marks.values())), AT_ONCE):
        rows = session.execute(every.select().where(every.c.mark.in_(few)), days)
        yield from (row for row in rows if marks.get(row.phone) == row.mark)


def _with_sellers() -> Subquery:
    """Each order beside the numbers of those who sell it."""
    of_producer = ground("phone").join(PRODUCER_MARKS, producer.id == placed.producer_id)
    with_clerk = ground("clerk_phone").join(MEMBERS, works_there())
    with_clerk = with_clerk.join(clerk.id.table, clerk.id == member.person_id)
    both = _compared(of_producer, producer.phone), _compared(with_clerk, clerk.phone)
    return union_all(*both).subquery("sent")


def _compared(
    orders: Select[*tuple[Any, ...]], phone: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    return orders.add_columns(placed.consignee_phone_mark.label("mark"), phone.label("phone"))
