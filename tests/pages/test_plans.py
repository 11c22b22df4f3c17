"""No page that people open all day, and no step of an order, reads a growing table from one end to
the other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from tests.county import START, YUNCAI, County, person
from tests.ordering.steps import completed, lines_of
from tests.pages.conftest import Road, Visitor

# What grows with every order, for as long as the marketplace stands. Its lines and entries are
# reached by an index, whatever there are by then.
GROWING = frozenset(
    {
        "audit_entry",
        "attribution_entry",
        "ledger_entry",
        "notice",
        "order",
        "order_event",
        "order_line",
        "order_line_batch",
        "order_line_origin",
        "outbox_message",
        "posting",
        "purchase",
        "purchase_step",
        "quota_entry",
        "stock_movement",
    }
)
SCANNED = {
    # `SCAN "order"` and `SCAN notice USING INDEX …`: both walk through all rows.
    "sqlite": re.compile(r'^SCAN "?(\w+)"?'),
    "postgresql": re.compile(r'Seq Scan on "?(\w+)"?'),
}
# A table that is asked twice in one statement is called `quota_entry_1` there.
NUMBER = re.compile(r"_\d+$")
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


class Plans:
    """Every statement that is asked, to be explained afterwards with the values it had."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __call__(self, _connection, _cursor, statement, parameters, _context, many) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            self.asked[statement] = parameters[0] if many else parameters

    def scanned(self, session: Session) -> dict[str, str]:
        """(table read as a whole → the statement), as far as the database had another choice."""
        connection = session.connection()
        kind = connection.dialect.name
        if kind == "postgresql":
            # Of a table of ten rows it reads all. A plan that reads all in spite of this has no
            # index to go by.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found: dict[str, str] = {}
        for statement, parameters in list(self.asked.items()):
            plan = connection.exec_driver_sql(EXPLAIN[kind] + statement, parameters)
            for row in plan:
                table = SCANNED[kind].search(str(row[-1]))
                if table and (name := NUMBER.sub("", table[1])) in GROWING:
                    found[name] = statement
        return found


@pytest.fixture
def plans() -> Iterator[Plans]:
    listening = Plans()
    event.listen(Engine, "before_cursor_execute", listening)
    yield listening
    event.remove(Engine, "before_cursor_execute", listening)


def look_at(visitor: Visitor, plans: Plans, *paths: str) -> None:
    plans.asked.clear()
    for path in paths:
        visitor.see(path)


@pytest.fixture
def order_id(road: Road, county: County) -> int:
    """An order on its way, so that pages have something to look up."""
    return road.place((county.mushrooms, 3))


def test_pages_of_the_shop_read_no_growing_table_as_a_whole(
    road: Road, county: County, session: Session, plans: Plans, order_id: int
):
    shop = ("/", "/categories/shiitake", "/products/1", "/villages", f"/villages/{YUNCAI}")
    look_at(road.visit(None), plans, *shop, "/board", "/producers/1", "/trace/B00001")
    assert plans.asked
    assert plans.scanned(session) == {}


def test_pages_of_a_unit_read_no_growing_table_as_a_whole(
    road: Road, county: County, session: Session, plans: Plans, order_id: int
):
    unit = f"/unit/{county.unit_id}"
    own = ("/", "/basket", "/orders", f"/orders/{order_id}", unit, f"{unit}?year=2025")
    look_at(road.visit(county.buyer), plans, *own)
    assert len(plans.asked) > 10
    assert plans.scanned(session) == {}


def test_the_approvers_pages_read_no_growing_table_as_a_whole(
    road: Road, county: County, session: Session, plans: Plans
):
    purchase_id = road.submit((county.mushrooms, 3))
    pages = (f"/unit/{county.unit_id}/approvals", f"/purchases/{purchase_id}", "/me/notices")
    look_at(road.visit(county.approver), plans, *pages)
    assert plans.asked
    assert plans.scanned(session) == {}


def test_the_producers_pages_read_no_growing_table_as_a_whole(
    road: Road, county: County, session: Session, plans: Plans, order_id: int
):
    pages = (f"/producer/{county.producer_id}", f"/orders/{order_id}")
    look_at(road.visit(county.clerk), plans, *pages)
    assert plans.asked
    assert plans.scanned(session) == {}


def test_the_way_of_an_order_reads_no_growing_table_as_a_whole(
    county: County, session: Session, plans: Plans
):
    """From the draft to the last fen that goes back, and to another unit."""
    plans.asked.clear()
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 3)))
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, 1),), reason="发霉")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    going = (order.id, county.other_unit_id, "下单时选错了单位")
    moving = ordering.ask_reattribution(session, county.buyer, county.unit_id, going, now=START)
    ordering.approve_reattribution(session, county.approver, county.unit_id, moving.id, START)
    other = person(session, "approver@other", ("UNIT", county.other_unit_id, "APPROVER"))
    ordering.approve_reattribution(session, other, county.other_unit_id, moving.id, START)
    session.flush()
    assert len(plans.asked) > 50
    assert plans.scanned(session) == {}


def test_a_statement_that_has_no_index_to_go_by_is_found(session: Session, plans: Plans):
    """The guard itself."""
    session.connection().exec_driver_sql('SELECT id FROM "order" WHERE freight_fen = 1')
    assert set(plans.scanned(session)) == {"order"}
