"""Who hands in what an outlet sold, whose turn it is with a receipt, and what is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_, FieldError, InvalidInput, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.sheets import CellError

MOST_WORDS = 200
INDIVIDUAL = "INDIVIDUAL"


class Source(StrEnum):
    FILE = "FILE"
    API = "API"
    PAGE = "PAGE"


class ReportState(StrEnum):
    """Checked, nothing written yet; its good receipts written; all of it written."""

    CHECKED = "CHECKED"
    PARTLY = "PARTLY"
    WRITTEN = "WRITTEN"


class ReceiptState(StrEnum):
    """Paid by a person; or by a unit that has yet to agree, agreed, or did not."""

    PAID = "PAID"
    WAITING = "WAITING"
    COUNTED = "COUNTED"
    REFUSED = "REFUSED"
    REVERSED = "REVERSED"


class CostKind(StrEnum):
    RENT = "RENT"
    POWER = "POWER"
    STAFF = "STAFF"
    OTHER = "OTHER"


class ReceiptsRefused(InvalidInput):
    """Receipts that cannot be written; nothing was. Names every field that is wrong."""

    code = "outlet.receipts_refused"
    message = N_("有些小票需要修改,什么都还没有记入。可以改好再来,或者只记入好的小票。")

    def __init__(self, errors: Iterable[tuple[str, CellError]]) -> None:
        super().__init__(
            *(
                FieldError(field, error.message, tuple(error.params.items()))
                for field, error in errors
            )
        )


class ReceiptElsewhere(Refusal):
    code = "outlet.receipt_not_here"
    message = N_("这张小票现在不在这一步,请刷新页面查看进展。")


class OwnReceipt(Refusal):
    code = "outlet.own_receipt"
    status = 403
    message = N_("自己上报的小票要由另一个人确认,请交给同事。")


class CostThere(Refusal):
    """The same cost, told twice: mostly a second click."""

    code = "outlet.cost_there"
    message = N_("这个月已经登记过同样的一笔费用。确实有两笔时,请在说明里写清区别。")


@dataclass(frozen=True)
class NewCost:
    month: str
    kind: str
    amount_fen: int
    words: str = ""


def sells_for(identity: Identity) -> tuple[int, ...] | None:
    """Whose goods this person may report: None is everybody's, for the operations centre."""
    if identity.is_in_centre(Role.OPERATOR):
        return None
    return identity.organisations(OrganisationKind.PRODUCER)


def may_report(identity: Identity) -> bool:
    """The centre's operators, and whoever works for a producer, for its own goods."""
    return sells_for(identity) != ()


def sees_outlets(identity: Identity) -> bool:
    """Everyone in the centre reads; producers report."""
    return identity.is_in_centre() or may_report(identity)


def agrees_for(identity: Identity, unit_id: int) -> bool:
    """What a unit paid at a counter counts once its finance has agreed."""
    return identity.has_role(OrganisationKind.UNIT, unit_id, Role.FINANCE)
