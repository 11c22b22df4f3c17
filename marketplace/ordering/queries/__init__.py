"""Reads of baskets, purchases and orders."""

from marketplace.ordering.queries.aftersale import (
    asked_lines_of,
    count_requests,
    get_photograph,
    list_requests,
    order_of_request,
    steps_of,
)
from marketplace.ordering.queries.basket import count_basket, list_basket, price_basket
from marketplace.ordering.queries.basket_views import Basket, BasketGroup, BasketLineView
from marketplace.ordering.queries.counting import Counting, counting_of
from marketplace.ordering.queries.facts import kept_of_purchase, order_numbers, purchase_numbers
from marketplace.ordering.queries.invoices import (
    InvoiceView,
    count_to_invoice,
    get_invoice_file,
    invoices_of,
    list_to_invoice,
    register_of_invoices,
)
from marketplace.ordering.queries.orders import OrderFilter, count_tabs, get_order, list_orders
from marketplace.ordering.queries.owed import (
    outstanding_by_purchase,
    outstanding_of,
    owed_by_buyer,
    owed_for_accepted,
    paid_of,
)
from marketplace.ordering.queries.purchases import (
    buyers_of,
    find_purchase,
    get_purchase,
    holder_of,
    last_consignee,
    list_purchases,
    list_to_approve,
)
from marketplace.ordering.queries.ripe import ripe_orders
from marketplace.ordering.queries.views import (
    EventView,
    LineView,
    OrderPart,
    OrderRow,
    OrderView,
    PurchaseRow,
    PurchaseView,
    RefundView,
    ShipmentView,
)
from marketplace.ordering.queries.waiting import WaitingOrder, list_waiting, would_count

__all__ = [
    "Basket",
    "BasketGroup",
    "BasketLineView",
    "Counting",
    "EventView",
    "InvoiceView",
    "LineView",
    "OrderFilter",
    "OrderPart",
    "OrderRow",
    "OrderView",
    "PurchaseRow",
    "PurchaseView",
    "RefundView",
    "ShipmentView",
    "WaitingOrder",
    "asked_lines_of",
    "buyers_of",
    "count_basket",
    "count_requests",
    "count_tabs",
    "count_to_invoice",
    "counting_of",
    "find_purchase",
    "get_invoice_file",
    "get_order",
    "get_photograph",
    "get_purchase",
    "holder_of",
    "invoices_of",
    "kept_of_purchase",
    "last_consignee",
    "list_basket",
    "list_orders",
    "list_purchases",
    "list_requests",
    "list_to_approve",
    "list_to_invoice",
    "list_waiting",
    "order_numbers",
    "order_of_request",
    "outstanding_by_purchase",
    "outstanding_of",
    "owed_by_buyer",
    "owed_for_accepted",
    "paid_of",
    "price_basket",
    "purchase_numbers",
    "register_of_invoices",
    "ripe_orders",
    "steps_of",
    "would_count",
]
