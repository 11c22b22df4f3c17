"""Parcels for the people on a staff list: who is packed together, and the file that comes back."""

from collections.abc import Iterator, Mapping, Sequence
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
from marketplace.ordering.rules.wishes import SentParcel

COLUMNS = ("编号", "姓名", "部门", "电话", "地址", "内容", "承运方", "运单号")
HEADS: Mapping[str, str] = {**LABEL_HEADS, "姓名": "name"}

NOT_OURS = N_("编号「%(code)s」不在这张订单里。请用这张订单下载的表格,不要改动编号。")
OTHER_NAME = N_("这个编号是另一位收件人的。请检查这一行有没有错位。")
CHANGED = N_("这位收件人的包裹已经用运单号 %(tracking)s 发出,不能再改。")
DOUBLED = N_("同一个编号出现了两次,运单号不同。")
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
    for number, values in filled_rows(field, cells, HEADS, carrier):
        person = known.get(plain(values["code"]))
        wrong = list(_errors_of(values, person, labels))
        errors += of_row(number, wrong)
        if wrong or person is None:
            continue
        if person.is_sent:
            sent_before += 1
        else:
            labels[person.id] = (values["carrier"], values["tracking"])
    if errors:
        raise InvalidInput(*errors)
    if not labels and not sent_before:
        raise invalid(field, NOTHING_FILLED)
    waiting = sum(not person.is_sent for person in people)
    return FilledFile(as_parcels(labels), sent_before, waiting - len(labels))


def _errors_of(
    values: Mapping[str, str], person: Sendable | None, labels: Mapping[int, tuple[str, str]]
) -> Iterator[CellError]:
    yield from errors_of_label(values)
    if person is None:
        yield CellError("编号", NOT_OURS, {"code": values["code"][:40]})
        return
    if values.get("name") and fold(plain(values["name"])) != fold(plain(person.name)):
        yield CellError("姓名", OTHER_NAME)
    label = (values["carrier"], values["tracking"])
    if person.is_sent and label[1] and person.tracking != label[1]:
        yield CellError("运单号", CHANGED, {"tracking": person.tracking})
    elif labels.get(person.id, label) != label:
        yield CellError("编号", DOUBLED)


def as_parcels(labels: Mapping[int, tuple[str, str]]) -> tuple[SentParcel, ...]:
    """People with the same carrier and number are in one parcel."""
    inside: dict[tuple[str, str], list[int]] = {}
    for recipient_id, label in labels.items():
        inside.setdefault(label, []).append(recipient_id)
    return tuple(SentParcel(*label, tuple(people)) for label, people in inside.items())
