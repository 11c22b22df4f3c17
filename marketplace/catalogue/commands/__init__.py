"""Verbs that change the catalogue and its stock."""

from marketplace.catalogue.commands.changes import (
    begin_log_anew,
    forget_changes,
    note_changes,
    note_everything,
)
from marketplace.catalogue.commands.goods_in import (
    put_categories,
    receive_batch,
    receive_batch_once,
)
from marketplace.catalogue.commands.keeping import (
    count_stock,
    send_to_outlet,
    take_from_outlet,
    write_off,
)
from marketplace.catalogue.commands.lists import turn_certificates
from marketplace.catalogue.commands.outlets import close_outlet, open_outlet
from marketplace.catalogue.commands.products import (
    add_variant,
    certify,
    change_price,
    create_product,
    publish,
    withdraw,
    withdraw_certificate,
)
from marketplace.catalogue.commands.recalling import stop_sale
from marketplace.catalogue.commands.reports import add_report
from marketplace.catalogue.commands.revising import (
    revise_product,
    revise_variant,
    show_photo,
    submit,
    take_back,
)
from marketplace.catalogue.commands.stock import (
    add_sold,
    hold,
    issue,
    put_back,
    release,
    reserve,
)
from marketplace.catalogue.commands.tiers import set_tiers

__all__ = [
    "add_report",
    "add_sold",
    "add_variant",
    "begin_log_anew",
    "certify",
    "change_price",
    "close_outlet",
    "count_stock",
    "create_product",
    "forget_changes",
    "hold",
    "issue",
    "note_changes",
    "note_everything",
    "open_outlet",
    "publish",
    "put_back",
    "put_categories",
    "receive_batch",
    "receive_batch_once",
    "release",
    "reserve",
    "revise_product",
    "revise_variant",
    "send_to_outlet",
    "set_tiers",
    "show_photo",
    "stop_sale",
    "submit",
    "take_back",
    "take_from_outlet",
    "turn_certificates",
    "withdraw",
    "withdraw_certificate",
    "write_off",
]
