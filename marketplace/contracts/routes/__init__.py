"""Contracts and inquiries over HTTP. The page of one contract shows orders: it lives above."""

from marketplace.contracts.routes import answers, inquiries, lists, writing
from marketplace.contracts.routes.room import blueprint

__all__ = ["answers", "blueprint", "inquiries", "lists", "writing"]
