"""Parcels for the people on a staff list: who is packed together, and the file that comes back."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from marketplace.core.errors import N_, FieldError, InvalidInput, invalid
from marketplace.ordering.rules.lists import fold
from marketplace.ordering.rules.wishes import SentParcel

COLUMNS = ("编号", "姓名", "部门", "电话", "地址", "内容", "承运方", "运单号")
HEADS: Mapping[str, str] = {
    "编号": "code",
    "姓名": "name",
    "承运方": "carrier",
    "快递公司": "carrier",
    "运单号": "tracking",
    "快递单号": "tracking",
}
LONGEST = 60

NO_HEAD = N_("没有找到「编号」和「运单号」两列。请下载包裹表格,填好后再上传。")
NOT_OURS = N_("编号「%(code)s」不在这张订单里。请用这张订单下载的表格,不要改动编号。")
OTHER_NAME = N_("这个编号是另一位收件人的。请检查这一行有没有错位。")
NO_CARRIER = N_("没有写承运方。请填这一列,或者在上传时写明。")
NO_TRACKING = N_("写了承运方,没有写运单号。")
TOO_LONG = N_("最多 %(most)s 个字。")
STRANGE = N_("里面有不能保存的控制字符,请重新输入。")
CHANGED = N_("这位收件人的包裹已经用运单号 %(tracking)s 发出,不能再改。")
DOUBLED = N_("同一个编号出现了两次,运单号不同。")
NOTHING_FILLED = N_("表格里还没有填运单号,请填好后再上传。")
NOBODY_CHOSEN = N_("请至少选一个收货地址。")


class Sendable(Protocol):
    """As much of a person on an order's list as their parcel needs."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def tracking(self) -> str: ...
    @property
    def is_sent(self) -> bool: ...


@dataclass(frozen=True)
class FilledFile:
    """What a file came to: parcels to send, how many were sent before, how many are not filled."""

    parcels: tuple[SentParcel, ...]
    sent_before: int
    unfilled: int


def read_filled(
    field: str, cells: Sequence[Sequence[str]], people: Sequence[Sendable], carrier: str
) -> FilledFile:
    """Judges every row of a parcel file. Raises InvalidInput with all rows that are wrong."""
    known = {str(person.id): person for person in people}
    errors: list[FieldError] = []
    labels: dict[int, tuple[str, str]] = {}
    sent_before = 0
    for number, values in _filled_rows(field, cells, carrier):
        person = known.get(_plain(values["code"]))
        wrong = _wrong(values, person, labels)
        if wrong is not None:
            column, message, params = wrong
            errors.append(FieldError(column, message, tuple(params.items()), row=number))
        elif person is not None and person.is_sent:
            sent_before += 1
        elif person is not None:
            labels[person.id] = (values["carrier"], values["tracking"])
    if errors:
        raise InvalidInput(*errors)
    if not labels and not sent_before:
        raise invalid(field, NOTHING_FILLED)
    waiting = sum(not person.is_sent for person in people)
    return FilledFile(as_parcels(labels), sent_before, waiting - len(labels))


def _filled_rows(
    field: str, cells: Sequence[Sequence[str]], carrier: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows in which somebody wrote a carrier or a number; the carrier said with the file
    stands where the column is empty."""
    columns, first = _columns(field, cells)
    for number, row in enumerate(cells, 1):
        values = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        typed = values.get("carrier", "")
        if number > first and (values["tracking"] or typed):
            yield number, {**values, "carrier": typed or carrier}


def _columns(field: str, cells: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    for number, row in enumerate(cells[:10], 1):
        named = {HEADS[fold(cell)]: at for at, cell in enumerate(row) if fold(cell) in HEADS}
        if {"code", "tracking"} <= set(named):
            return named, number
    raise invalid(field, NO_HEAD)


def _plain(cell: str) -> str:
    # Our own CSV puts a mark before what a spreadsheet would take for a formula.
    return unicodedata.normalize("NFKC", cell).strip().lstrip("'")


def _wrong(
    values: Mapping[str, str], person: Sendable | None, labels: Mapping[int, tuple[str, str]]
) -> tuple[str, str, dict[str, Any]] | None:
    """(column, message, params) of what is wrong with a row that was filled."""
    if person is None:
        return "编号", NOT_OURS, {"code": values["code"][:40]}
    if values.get("name") and fold(_plain(values["name"])) != fold(_plain(person.name)):
        return "姓名", OTHER_NAME, {}
    for column, name in (("承运方", "carrier"), ("运单号", "tracking")):
        if len(values[name]) > LONGEST:
            return column, TOO_LONG, {"most": LONGEST}
        if any(unicodedata.category(one) in ("Cc", "Cs") for one in values[name]):
            return column, STRANGE, {}
    return _wrong_label((values["carrier"], values["tracking"]), person, labels)


def _wrong_label(
    label: tuple[str, str], person: Sendable, labels: Mapping[int, tuple[str, str]]
) -> tuple[str, str, dict[str, Any]] | None:
    carrier, tracking = label
    if not tracking:
        return "运单号", NO_TRACKING, {}
    if not carrier:
        return "承运方", NO_CARRIER, {}
    if person.is_sent and person.tracking != tracking:
        return "运单号", CHANGED, {"tracking": person.tracking}
    if labels.get(person.id, label) != label:
        return "编号", DOUBLED, {}
    return None


def as_parcels(labels: Mapping[int, tuple[str, str]]) -> tuple[SentParcel, ...]:
    """People with the same carrier and number are in one parcel."""
    inside: dict[tuple[str, str], list[int]] = {}
    for recipient_id, label in labels.items():
        inside.setdefault(label, []).append(recipient_id)
    return tuple(SentParcel(*label, tuple(people)) for label, people in inside.items())
