"""Baskets, checkouts, orders and approvals over HTTP; the producer's desk among them."""

from marketplace.ordering.routes import (
    aftersale,
    approval_steps,
    approvals,
    basket,
    debts,
    drafts,
    individual,
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
    "approval_steps",
    "approvals",
    "basket",
    "blueprint",
    "debts",
    "drafts",
    "individual",
    "invoices",
    "lists",
    "orders",
    "producer",
    "reattributions",
    "stock",
]
