"""After the sale: on what ground, until when, and whose turn it is."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from marketplace.core.clock import start_of
from marketplace.core.errors import N_, Refusal
from marketplace.ordering.rules.states import AfterSaleState

# Fresh goods within two days of acceptance, all others within seven.
FRESH_WINDOW = timedelta(hours=48)
LONGEST_WINDOW = timedelta(days=7)
# The producer answers within three days, else the county looks at it; the buyer who was refused
# has seven days to call the county.
ANSWER_WITHIN = timedelta(days=3)
CALL_WITHIN = timedelta(days=7)
MOST_PHOTOGRAPHS = 3


class Ground(StrEnum):
    """What is wrong with the goods."""

    QUALITY = "QUALITY"
    SHORT = "SHORT"
    DAMAGED = "DAMAGED"
    NOT_WANTED = "NOT_WANTED"
    OTHER = "OTHER"


class Stage(StrEnum):
    """Whose turn it is with a request."""

    ASKED = "ASKED"
    REFUSED = "REFUSED"
    MEDIATION = "MEDIATION"
    ENDED = "ENDED"


class TooLateForRefund(Refusal):
    code = "refund.too_late"
    message = N_(
        "「%(name)s」的售后期到 %(until)s 为止。"
        "质量问题在保质期内仍可申请,请选择“质量问题”并附照片。"
    )


class NotYourTurn(Refusal):
    code = "refund.not_your_turn"
    message = N_("这笔售后申请现在不能这样处理,请刷新页面查看进展。")


class TooManyPhotographs(Refusal):
    code = "refund.too_many_photographs"
    status = 422
    message = N_("最多上传 3 张照片。")


def open_until(
    accepted_at: datetime, ground: str, *, is_fresh: bool, expires_on: date | None
) -> datetime:
    """Until when something can be asked for of a line. A fault of quality may show until the
    goods would have perished; goods that never perish are like others."""
    until = accepted_at + (FRESH_WINDOW if is_fresh else LONGEST_WINDOW)
    if ground == Ground.QUALITY and expires_on is not None:
        return max(until, start_of(expires_on))
    return until


def require_turn(stage: str, *allowed: str) -> None:
    if stage not in allowed:
        raise NotYourTurn


def after_sale_state(requests: Iterable[tuple[str, str]]) -> AfterSaleState:
    """Where an order stands, from (state, stage) of its requests: what is open comes first."""
    stages, states = set(), set()
    for state, stage in requests:
        states.add(state)
        stages.add(stage if state == "REQUESTED" else Stage.ENDED)
    if Stage.MEDIATION in stages:
        return AfterSaleState.IN_MEDIATION
    if stages & {Stage.ASKED, Stage.REFUSED}:
        return AfterSaleState.OPEN
    if "DONE" in states:
        return AfterSaleState.DONE
    return AfterSaleState.REJECTED if states else AfterSaleState.NONE
