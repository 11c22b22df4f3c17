"""Baskets, checkouts, orders and approvals over HTTP; the producer's desk among them."""

from marketplace.ordering.routes import (
    aftersale,
    approval_steps,
    approvals,
    basket,
    contracts,
    debts,
    drafts,
    gifts,
    invoices,
    lists,
    orders,
    parcels,
    producer,
    reattributions,
    stock,
    templates,
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
    "gifts",
    "invoices",
    "lists",
    "orders",
    "parcels",
    "producer",
    "reattributions",
    "stock",
    "templates",
    "tiers",
]
