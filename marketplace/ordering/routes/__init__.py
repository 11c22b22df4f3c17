"""Baskets, checkouts, orders and approvals over HTTP; the producer's desk among them."""

from marketplace.ordering.routes import (
    aftersale,
    approvals,
    basket,
    debts,
    invoices,
    lists,
    orders,
    producer,
    reattributions,
    stock,
)
from marketplace.ordering.routes.room import blueprint

__all__ = [
    "aftersale",
    "approvals",
    "basket",
    "blueprint",
    "debts",
    "invoices",
    "lists",
    "orders",
    "producer",
    "reattributions",
    "stock",
]
