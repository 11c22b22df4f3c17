"""Verbs that change the catalogue and its stock."""

from marketplace.catalogue.commands.changes import (
    begin_log_anew,
    forget_changes,
    note_changes,
    note_everything,
)
from marketplace.catalogue.commands.goods_in import put_categories, receive_batch
from marketplace.catalogue.commands.lists import turn_certificates
from marketplace.catalogue.commands.products import (
    add_variant,
    certify,
    change_price,
    create_product,
    publish,
    withdraw,
    withdraw_certificate,
)
from marketplace.catalogue.commands.revising import (
    revise_product,
    revise_variant,
    show_photo,
    submit,
    take_back,
)
from marketplace.catalogue.commands.stock import add_sold, issue, put_back, release, reserve
from marketplace.catalogue.commands.tiers import set_tiers

__all__ = [
    "add_sold",
    "add_variant",
    "begin_log_anew",
    "certify",
    "change_price",
    "create_product",
    "forget_changes",
    "issue",
    "note_changes",
    "note_everything",
    "publish",
    "put_back",
    "put_categories",
    "receive_batch",
    "release",
    "reserve",
    "revise_product",
    "revise_variant",
    "set_tiers",
    "show_photo",
    "submit",
    "take_back",
    "turn_certificates",
    "withdraw",
    "withdraw_certificate",
]
