"""The paper about a request after the sale."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.documents.queries.orders import holder_of, order_facts
from marketplace.documents.rules import words
from marketplace.documents.rules.sheet import Sheet, Table, Yuan
from marketplace.ordering.queries import (
    OrderView,
    RefundView,
    asked_lines_of,
    get_order,
    order_of_request,
    steps_of,
)


@dataclass(frozen=True)
class Request:
    """A request with the order it is about."""

    order: OrderView
    refund: RefundView


def get_request(session: Session, identity: Identity, refund_id: int) -> Request:
    """Raises NotFound where this person may not see the order."""
    order = get_order(session, identity, order_of_request(session, refund_id))
    return Request(order, next(one for one in order.refunds if one.id == refund_id))


def after_sale_sheet(session: Session, request: Request, _today: date) -> Sheet:
    """What was asked for which lines, what was said, and how it ended."""
    order, refund = request.order, request.refund
    lines = {line.id: line for line in order.lines}
    asked = tuple(
        (
            lines[one.order_line_id].product_name,
            lines[one.order_line_id].variant_name,
            one.quantity,
            Yuan(one.amount_fen),
        )
        for one in asked_lines_of(session, [refund.id]).get(refund.id, ())
    )
    said = tuple(
        (words.moment(step.at), words.AFTER_SALE[step.kind], step.who or "系统", step.words or "—")
        for step in steps_of(session, [refund.id]).get(refund.id, [])
    )
    total = ("合计", "", "", Yuan(refund.amount_fen))
    return Sheet(
        "售后单",
        holder_of(order),
        (
            *order_facts(order),
            ("申请日期", words.day(refund.requested_at)),
            ("原因", refund.reason),
        ),
        (
            Table("申请退款的商品", ("商品", "规格", "数量", "金额(元)"), asked, total),
            Table("处理经过", ("时间", "环节", "经办", "说明"), said),
        ),
        sum_fen=refund.amount_fen,
        signers=("申请人", "供应商", "运营中心"),
    )
