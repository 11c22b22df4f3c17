"""The operations centre's desk over HTTP."""

from marketplace.desk.routes import (
    books,
    commissions,
    disputes,
    goods,
    home,
    money,
    orders,
    payouts,
    rules,
    settlements,
    stock,
    succession,
    transfers,
    units,
    words,
    workshops,
)
from marketplace.desk.routes.room import blueprint

__all__ = [
    "blueprint",
    "books",
    "commissions",
    "disputes",
    "goods",
    "home",
    "money",
    "orders",
    "payouts",
    "rules",
    "settlements",
    "stock",
    "succession",
    "transfers",
    "units",
    "words",
    "workshops",
]
