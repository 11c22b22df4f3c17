"""Sending less than was ordered: what may be asked, and what it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.core.errors import N_, FieldError, InvalidInput, Refusal

NOT_SO_MANY = N_("缺货件数要在 0 到 %(most)s 之间。")
NOTHING_SHORT = N_("请至少在一行写缺多少件。")


class ShortAsked(Refusal):
    code = "short.asked"
    message = N_("已经有一个缺货协商在等买方答复。要改就先撤回,再重新提出。")


class AllShort(Refusal):
    code = "short.everything"
    status = 422
    message = N_("一件也发不了的订单不能协商缺货:还没有发货的请「不能供货」,让货款全部退回。")


class ShortOfPeople(Refusal):
    code = "short.of_people"
    message = N_("按职工名单采购的订单不能协商缺货,请联系买方更换慰问品或取消订单。")


class ShortOutdated(Refusal):
    code = "short.outdated"
    message = N_("提出以后又发了货,缺的件数对不上了。请供应商撤回,重新提出。")


class ShortAnswered(Refusal):
    code = "short.answered"
    message = N_("这个缺货协商已经有结果,请刷新页面查看。")


class Sent(Protocol):
    """As much of a line as asking for less needs."""

    @property
    def id(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def shipped_quantity(self) -> int: ...
    @property
    def short_quantity(self) -> int: ...


@dataclass(frozen=True)
class ShortWish:
    """Packs that will not come, by line, and why."""

    packs: Mapping[int, int]
    reason: str


def left_of(line: Sent) -> int:
    """Packs of a line that are still to be sent."""
    return line.quantity - line.shipped_quantity - line.short_quantity


def require_short(lines: Sequence[Sent], packs: Mapping[int, int]) -> None:
    """Raises InvalidInput by line, or AllShort where nothing at all would ever arrive."""
    left = {line.id: left_of(line) for line in lines}
    errors = [
        FieldError(f"short-{line_id}", NOT_SO_MANY, (("most", left.get(line_id, 0)),))
        for line_id, number in packs.items()
        if not 0 < number <= left.get(line_id, 0)
    ]
    if errors:
        raise InvalidInput(*errors)
    coming = sum(line.quantity - line.short_quantity for line in lines) - sum(packs.values())
    if not coming:
        raise AllShort
