"""Verbs of listing: write a product, hand it in, publish it, change it, show photographs of it."""

from marketplace.listing.commands.changes import agree, refuse, revise, withdraw_request
from marketplace.listing.commands.photos import add_photos, lead_with, remove_photo
from marketplace.listing.commands.products import (
    draft,
    publish,
    return_product,
    submit,
    take_back,
    withdraw,
)

__all__ = [
    "add_photos",
    "agree",
    "draft",
    "lead_with",
    "publish",
    "refuse",
    "remove_photo",
    "return_product",
    "revise",
    "submit",
    "take_back",
    "withdraw",
    "withdraw_request",
]
