"""Baskets, checkouts, orders and approvals over HTTP; the producer's desk among them."""

from marketplace.ordering.routes import (
    aftersale,
    approvals,
    basket,
    debts,
    gifts,
    invoices,
    lists,
    orders,
    parcels,
    producer,
    reattributions,
    stock,
    templates,
)
from marketplace.ordering.routes.room import blueprint

__all__ = [
    "aftersale",
    "approvals",
    "basket",
    "blueprint",
    "debts",
    "gifts",
    "invoices",
    "lists",
    "orders",
    "parcels",
    "producer",
    "reattributions",
    "stock",
    "templates",
]
