"""Keeping stock: what may change it besides sales, and what is refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketplace.administration.rules.settings import SETTINGS, Name
from marketplace.core.errors import N_, Refusal

# So many days before its last day goods are worth a line, where they keep long enough for it.
NEAR_EXPIRY_DAYS = SETTINGS[Name.NEAR_EXPIRY_DAYS].default
LONGEST_NOTE = 200


class LossReason(StrEnum):
    """Why packs are there no more without having been sold."""

    SPOILED = "SPOILED"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    EXPIRED = "EXPIRED"
    SAMPLE = "SAMPLE"


class OutletKind(StrEnum):
    CABINET = "CABINET"
    HALL = "HALL"
    ZONE = "ZONE"


class OutletReason(StrEnum):
    """How packs came to an outlet or left it."""

    SENT = "SENT"
    BROUGHT_BACK = "BROUGHT_BACK"
    SOLD = "SOLD"
    LOST = "LOST"


# What a clerk may say of packs that lie at an outlet.
FROM_OUTLET = (OutletReason.BROUGHT_BACK, OutletReason.SOLD, OutletReason.LOST)


class CountBelowReserved(Refusal):
    """Orders hold more than was counted: first they are settled with their buyers."""

    code = "stock.count_below_reserved"
    message = N_(
        "批次 %(batch)s 有 %(reserved)s 件已被订单占用,盘点数不能少于它。"
        "货确实不够时,请先在订单里告知买方不能供货或分批发货,再来盘点。"
    )


class BeyondFree(Refusal):
    """Only what no order holds can be written off or sent away."""

    code = "stock.beyond_free"
    message = N_("批次 %(batch)s 没有被订单占用的只有 %(free)s 件,请减少数量。")


class BeyondOutlet(Refusal):
    """No more leaves an outlet than lies there."""

    code = "stock.beyond_outlet"
    message = N_("「%(outlet)s」现在只有这个批次的 %(there)s 件,请减少数量。")


class OutletClosed(Refusal):
    code = "outlet.closed"
    message = N_("「%(outlet)s」已经停用,请选择别的网点。")


class OutletNameTaken(Refusal):
    code = "outlet.name_taken"
    message = N_("已经有名为「%(outlet)s」的网点,请换一个名称。")


class OutletHolds(Refusal):
    """An outlet is closed when it is empty."""

    code = "outlet.holds_goods"
    message = N_("「%(outlet)s」还有 %(there)s 件货,请先让供应商取回或登记售出,再停用。")


class BatchRecalled(Refusal):
    """A recalled batch stays where it is, but for what is written off."""

    code = "batch.recalled"
    message = N_("批次 %(batch)s 已经召回,不能再入库、调拨或销售;销毁时请登记损耗。")


class BatchTooOld(Refusal):
    """What may not be sold here is not sold over a counter either."""

    code = "batch.too_old"
    message = N_("批次 %(batch)s 已过销售截止日,不能调拨到网点;请登记损耗。")


@dataclass(frozen=True)
class OutletMove:
    """Packs of a batch, to an outlet or away from it."""

    batch_id: int
    outlet_id: int
    quantity: int
    reason: str
    note: str = ""


@dataclass(frozen=True)
class Loss:
    """Packs of a batch that are there no more."""

    batch_id: int
    quantity: int
    reason: str
    note: str = ""


@dataclass(frozen=True)
class NewOutlet:
    name: str
    kind: str
    place: str
    # Whose centre runs it.
    county_code: str = ""


def near_expiry(today: date, days: int = NEAR_EXPIRY_DAYS) -> tuple[date, date]:
    """The last days (from, to) of goods that may still be sold today, but not for long."""
    return today + timedelta(days=1), today + timedelta(days=days)
