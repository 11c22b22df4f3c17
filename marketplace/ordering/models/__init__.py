"""Baskets, purchases, orders and everything that happened to them."""

from marketplace.ordering.models.after import AfterSaleStep, Invoice, Refund, RefundLine
from marketplace.ordering.models.approval import (
    ApprovalStep,
    ApprovalSubstitute,
    PurchaseStep,
)
from marketplace.ordering.models.lines import (
    OrderEvent,
    OrderLine,
    OrderLineBatch,
    OrderLineOrigin,
    Shipment,
    ShipmentLine,
)
from marketplace.ordering.models.numbers import InvoiceNumber
from marketplace.ordering.models.purchase import BasketLine, Order, Purchase
from marketplace.ordering.models.reattribution import Reattribution

__all__ = [
    "AfterSaleStep",
    "ApprovalStep",
    "ApprovalSubstitute",
    "BasketLine",
    "Invoice",
    "InvoiceNumber",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderLineBatch",
    "OrderLineOrigin",
    "Purchase",
    "PurchaseStep",
    "Reattribution",
    "Refund",
    "RefundLine",
    "Shipment",
    "ShipmentLine",
]
