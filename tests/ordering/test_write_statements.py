"""How many statements it takes to place a purchase and to complete an order, and that more lines
take no more."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from marketplace.catalogue.rules import OriginShare
from marketplace.core.db import Base
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import LineVerdict
from tests.county import START, County, Goods, goods
from tests.ordering.steps import delivered, lines_of, orders_of, paid

PACKS = 1
# One statement writes so many rows here as there are lines, villages of lines or postings.
ROW_BY_ROW = (
    "INSERT INTO order_line ",
    "INSERT INTO order_line_batch ",
    "INSERT INTO order_line_origin ",
    "INSERT INTO posting ",
    "INSERT INTO quota_entry ",
    "INSERT INTO attribution_entry ",
    "INSERT INTO product_change ",
    "UPDATE order_line ",
)


@dataclass
class Took:
    """What a step asked of the database."""

    statements: list[str]

    @property
    def others(self) -> int:
        """Statements beyond those that write the rows of all lines at once."""
        return sum(not one.startswith(ROW_BY_ROW) for one in self.statements)

    def __str__(self) -> str:
        listed = (f"{place:>3} {one[:150]}" for place, one in enumerate(self.statements, 1))
        return "\n".join((f"{len(self.statements)} statements:", *listed))


@contextmanager
def counting(session: Session) -> Iterator[Took]:
    """Every statement up to the commit, that of the editions included; BEGIN is none."""
    took = Took([])

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            took.statements.append(" ".join(statement.split()))

    engine = session.get_bind()
    session.expire_all()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield took
        session.commit()
    finally:
        event.remove(engine, "before_cursor_execute", note)


@dataclass
class Bulk:
    """A purchase of so many lines, each of goods from two villages of its own."""

    session: Session
    county: County
    shelf: Sequence[Goods]

    @property
    def wished(self) -> list[tuple[Goods, int]]:
        return [(one, PACKS) for one in self.shelf]

    def drafted(self) -> int:
        wish = self.county.wish(*self.wished, terms="PREPAY")
        purchase = ordering.draft_purchase(self.session, self.county.buyer, wish, START)
        self.session.commit()
        return purchase.id

    def submitted(self) -> int:
        purchase_id = self.drafted()
        ordering.submit(self.session, self.county.buyer, purchase_id, START)
        self.session.commit()
        return purchase_id

    def at_the_door(self) -> tuple[int, tuple[LineVerdict, ...]]:
        """An order that is paid and delivered: its acceptance completes it."""
        purchase_id = self.submitted()
        purchase = ordering.approve(self.session, self.county.approver, purchase_id, START)
        paid(self.session, self.county, purchase)
        (order,) = orders_of(self.session, purchase_id)
        delivered(self.session, self.county, order)
        lines = lines_of(self.session, order.id)
        self.session.commit()
        return order.id, tuple(LineVerdict(line.id, PACKS) for line in lines)


@pytest.fixture(params=[1, 10], ids=["1 line", "10 lines over 20 villages"])
def bulk(request: pytest.FixtureRequest, session: Session, county: County) -> Bulk:
    village = Base.metadata.tables["village"]
    codes = session.scalars(select(village.c.code).order_by(village.c.code).limit(20)).all()
    shelf = []
    for place in range(request.param):
        first, second = codes[2 * place : 2 * place + 2]
        origin = (OriginShare(first, 300_000), OriginShare(second, 700_000))
        shelf.append(goods(session, county.producer_id, f"香菇 {place}", 2_000, origin=origin))
    session.commit()
    return Bulk(session, county, shelf)


def test_handing_a_purchase_in_takes_fifteen_statements(bulk: Bulk):
    purchase_id = bulk.drafted()
    with counting(bulk.session) as took:
        ordering.submit(bulk.session, bulk.county.buyer, purchase_id, START)
    assert (len(took.statements), took.others) == (15, 15), str(took)


def test_placing_a_purchase_takes_fifteen_statements_beyond_its_lines(bulk: Bulk):
    purchase_id = bulk.submitted()
    with counting(bulk.session) as took:
        ordering.approve(bulk.session, bulk.county.approver, purchase_id, START)
    assert (len(took.statements), took.others) == (17, 15), str(took)


def test_buying_at_retail_takes_fourteen_statements_beyond_its_lines(bulk: Bulk):
    wish = bulk.county.private_wish(*bulk.wished)
    with counting(bulk.session) as took:
        ordering.order_at_once(bulk.session, bulk.county.shopper, wish, START)
    assert (len(took.statements), took.others) == (17, 14), str(took)


def test_completing_an_order_takes_fifteen_statements_beyond_its_lines(bulk: Bulk):
    order_id, verdicts = bulk.at_the_door()
    with counting(bulk.session) as took:
        order = ordering.accept(bulk.session, bulk.county.approver, order_id, verdicts, START)
        assert order.state == "COMPLETED"
    assert (len(took.statements), took.others) == (20, 15), str(took)
