"""A producer's orders that go out today, as a table that comes back with tracking numbers."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from marketplace.core.errors import N_, FieldError, InvalidInput, invalid
from marketplace.core.heads import fold
from marketplace.core.sheets import CellError
from marketplace.ordering.rules.labels import (
    LABEL_HEADS,
    NOTHING_FILLED,
    errors_of_label,
    filled_rows,
    of_row,
    plain,
)
from marketplace.ordering.rules.wishes import Parcel, ParcelLine

COLUMNS = (
    *("编号", "订单号", "单位或买方", "收货人", "电话", "地址"),
    *("商品", "规格", "待发件数", "本次件数", "承运方", "运单号"),
)
HEADS: Mapping[str, str] = {**LABEL_HEADS, "订单号": "order", "本次件数": "packs"}

NOT_WAITING = N_("编号「%(code)s」不在待发货的订单里。请重新下载表格,不要改动编号。")
OTHER_ORDER = N_("这个编号是另一张订单的。请检查这一行有没有错位。")
WRONG_PACKS = N_("本次件数要在 1 到 %(most)s 之间;空着就是全部发出。")
TOO_MANY_PACKS = N_("这一行加上前面的行超过了待发的 %(most)s 件。")
CLOSED_PARCEL = N_("运单号 %(tracking)s 的包裹已经登记过,不能再加货,请用新的运单号。")


class Waiting(Protocol):
    """As much of a line that waits to be sent as the table needs."""

    @property
    def line_id(self) -> int: ...
    @property
    def order_id(self) -> int: ...
    @property
    def order_number(self) -> str: ...
    @property
    def left(self) -> int: ...


@dataclass(frozen=True)
class Dispatch:
    """What a table came to: parcels by order, rows that were sent before, lines not filled in."""

    parcels: tuple[tuple[int, Parcel], ...]
    sent_before: int
    unfilled: int


@dataclass(frozen=True)
class SentLine:
    """A line of an order that left in a parcel, by its code in the table."""

    line_id: int
    order_id: int
    tracking: str


def read_dispatch(
    field: str,
    cells: Sequence[Sequence[str]],
    waiting: Sequence[Waiting],
    sent: Sequence[SentLine],
    carrier: str,
) -> Dispatch:
    """Judges every row. Raises InvalidInput with all rows that are wrong."""
    known = {str(line.line_id): line for line in waiting}
    before = {(str(one.line_id), one.tracking) for one in sent}
    closed = {(one.order_id, one.tracking) for one in sent}
    taken: dict[tuple[int, str, str], dict[int, int]] = {}
    errors: list[FieldError] = []
    sent_before = 0
    for number, values in filled_rows(field, cells, HEADS, carrier):
        code = plain(values["code"])
        if (code, values["tracking"]) in before:
            sent_before += 1
            continue
        line = known.get(code)
        left = _left(line, taken)
        packs = _packs(values, left)
        wrong = list(_errors_of(values, line, (packs, left), closed))
        errors += of_row(number, wrong)
        if not wrong and line is not None and packs is not None:
            inside = taken.setdefault((line.order_id, values["carrier"], values["tracking"]), {})
            inside[line.line_id] = inside.get(line.line_id, 0) + packs
    if errors:
        raise InvalidInput(*errors)
    if not taken and not sent_before:
        raise invalid(field, NOTHING_FILLED)
    filled = {line_id for inside in taken.values() for line_id in inside}
    return Dispatch(_as_parcels(taken), sent_before, len(known) - len(filled))


def _left(line: Waiting | None, taken: Mapping[tuple[int, str, str], Mapping[int, int]]) -> int:
    """What the rows before left over of a line."""
    if line is None:
        return 0
    return line.left - sum(inside.get(line.line_id, 0) for inside in taken.values())


def _packs(values: Mapping[str, str], left: int) -> int | None:
    """How many leave: as typed, or all that is left over; None for no number."""
    typed = plain(values.get("packs", ""))
    if not typed:
        return left
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _errors_of(
    values: Mapping[str, str],
    line: Waiting | None,
    counted: tuple[int | None, int],
    closed: Set[tuple[int, str]],
) -> Iterator[CellError]:
    yield from errors_of_label(values)
    if line is None:
        yield CellError("编号", NOT_WAITING, {"code": values["code"][:40]})
        return
    if values.get("order") and fold(plain(values["order"])) != fold(line.order_number):
        yield CellError("订单号", OTHER_ORDER)
    packs, left = counted
    if packs is None or not 1 <= packs <= line.left:
        yield CellError("本次件数", WRONG_PACKS, {"most": line.left})
    elif packs > left:
        yield CellError("本次件数", TOO_MANY_PACKS, {"most": line.left})
    if (line.order_id, values["tracking"]) in closed:
        yield CellError("运单号", CLOSED_PARCEL, {"tracking": values["tracking"]})


def _as_parcels(
    taken: Mapping[tuple[int, str, str], Mapping[int, int]],
) -> tuple[tuple[int, Parcel], ...]:
    """Rows of one order with the same carrier and number are one parcel."""
    return tuple(
        (order_id, Parcel(carrier, tracking, tuple(ParcelLine(*one) for one in inside.items())))
        for (order_id, carrier, tracking), inside in taken.items()
    )
