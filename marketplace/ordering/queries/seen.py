"""Orders, lines, limits, invoices and photographs, for whoever looks over all of them at once."""

from sqlalchemy import func, select

from marketplace.ordering.models import (
    AcceptancePhoto,
    ApprovalStep,
    Invoice,
    Order,
    OrderLine,
    Purchase,
)
from marketplace.ordering.rules import EXITS

# Orders that were placed and not called off, with as much of their purchase as is compared.
ORDERS_SEEN = (
    select(
        Order.id,
        Order.number,
        Order.purchase_id,
        Order.producer_id,
        Order.unit_id,
        Order.buyer_id,
        Order.goods_fen,
        (Order.goods_fen + Order.freight_fen).label("total_fen"),
        Order.placed_at,
        func.coalesce(Order.received_at, Order.accepted_at).label("delivered_at"),
        Purchase.fund,
        Purchase.goods_fen.label("purchase_goods_fen"),
        (Purchase.goods_fen + Purchase.freight_fen).label("purchase_fen"),
        Purchase.consignee_name,
        Purchase.consignee_phone_mark,
        Purchase.decided_by,
    )
    .join(Purchase, Purchase.id == Order.purchase_id)
    .where(Order.placed_at.is_not(None), Order.state.not_in(sorted(EXITS)))
    .subquery("orders_seen")
)
LINES_SEEN = select(
    OrderLine.id,
    OrderLine.order_id,
    OrderLine.product_id,
    OrderLine.variant_id,
    OrderLine.unit_price_fen,
    OrderLine.pack_grams,
    OrderLine.line_fen,
).subquery("lines_seen")
# From which amount on a unit's purchases take one more step.
LIMITS_SEEN = (
    select(ApprovalStep.unit_id, ApprovalStep.from_fen, ApprovalStep.fund)
    .where(ApprovalStep.from_fen > 0)
    .subquery("limits_seen")
)
INVOICES_SEEN = (
    select(
        Invoice.id,
        Invoice.order_id,
        Invoice.amount_fen,
        Invoice.seller_uscc,
        Invoice.registered_at,
    )
    .where(Invoice.kind == "BLUE", Invoice.seller_uscc != "")
    .subquery("invoices_seen")
)
ACCEPTANCE_PHOTOS = select(
    AcceptancePhoto.order_id, AcceptancePhoto.upload_id, AcceptancePhoto.kept_at
).subquery("acceptance_photos")
