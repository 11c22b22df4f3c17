"""Baskets, checkouts, orders and approvals over HTTP; the producer's desk among them."""

from marketplace.ordering.routes import (
    aftersale,
    approval_steps,
    approvals,
    basket,
    contracts,
    debts,
    drafts,
    invoices,
    lists,
    orders,
    producer,
    reattributions,
    stock,
    tiers,
)
from marketplace.ordering.routes.room import blueprint

__all__ = [
    "aftersale",
    "approval_steps",
    "approvals",
    "basket",
    "blueprint",
    "contracts",
    "debts",
    "drafts",
    "invoices",
    "lists",
    "orders",
    "producer",
    "reattributions",
    "stock",
    "tiers",
]
