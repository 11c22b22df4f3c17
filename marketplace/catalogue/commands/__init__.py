"""Verbs that change the catalogue and its stock."""

from marketplace.catalogue.commands.goods_in import put_categories, receive_batch
from marketplace.catalogue.commands.products import (
    add_variant,
    certify,
    change_price,
    create_product,
    publish,
    withdraw,
    withdraw_certificate,
)
from marketplace.catalogue.commands.stock import add_sold, issue, put_back, release, reserve

__all__ = [
    "add_sold",
    "add_variant",
    "certify",
    "change_price",
    "create_product",
    "issue",
    "publish",
    "put_back",
    "put_categories",
    "receive_batch",
    "release",
    "reserve",
    "withdraw",
    "withdraw_certificate",
]
