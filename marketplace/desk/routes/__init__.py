"""The operations centre's desk over HTTP."""

from marketplace.desk.routes import (
    books,
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
)
from marketplace.desk.routes.room import blueprint

__all__ = [
    "blueprint",
    "books",
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
]
