"""Baskets, purchases, orders and everything that happened to them."""

from marketplace.ordering.models.after import AfterSaleStep, Invoice, Refund, RefundLine
from marketplace.ordering.models.approval import (
    ApprovalStep,
    ApprovalSubstitute,
    PurchaseStep,
)
from marketplace.ordering.models.gifts import PurchaseRecipient, RecipientPack
from marketplace.ordering.models.lines import (
    OrderEvent,
    OrderLine,
    OrderLineBatch,
    OrderLineOrigin,
    Shipment,
    ShipmentLine,
)
from marketplace.ordering.models.numbers import InvoiceNumber
from marketplace.ordering.models.photos import AcceptancePhoto
from marketplace.ordering.models.purchase import BasketLine, Order, Purchase
from marketplace.ordering.models.reattribution import Reattribution
from marketplace.ordering.models.short import ShortLine, ShortRequest
from marketplace.ordering.models.templates import SavedList, SavedListLine

__all__ = [
    "AcceptancePhoto",
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
    "PurchaseRecipient",
    "PurchaseStep",
    "Reattribution",
    "RecipientPack",
    "Refund",
    "RefundLine",
    "SavedList",
    "SavedListLine",
    "Shipment",
    "ShipmentLine",
    "ShortLine",
    "ShortRequest",
]
