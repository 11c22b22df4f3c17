"""Ways to pay, and what confirming a payment demands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.identity import Identity, Role
from marketplace.ledger.rules import ESCROW, GATEWAY

# More than one payment of this marketplace can be; a slip of the keyboard is caught here.
MAX_RECEIVED_FEN = 10_000_000_000


class Method(StrEnum):
    BANK_TRANSFER = "bank_transfer"
    STRIPE = "stripe"
    SIMULATED = "simulated"


def account_of_method(method: str) -> str:
    """Who holds what was received in this way."""
    return GATEWAY if method == Method.STRIPE else ESCROW


class NothingToPay(Refusal):
    code = "payment.nothing_due"
    message = N_("这张采购单现在没有要付的款项。")


class MethodNotOffered(Refusal):
    code = "payment.method_not_offered"
    status = 422
    message = N_("暂不支持这种付款方式,请选择对公转账。")
    field = "method"


class AlreadyReceived(Refusal):
    code = "payment.already_received"
    message = N_("这笔付款已登记到账 %(received)s 元,流水号 %(reference)s,不能再改。")


class MoneyBooked(Refusal):
    """What was said of a transfer is taken back as long as no money came by it."""

    code = "payment.booked"
    message = N_("这笔款已经核对到账或者不用再付,不能再收回“已汇款”。多付的会留在账户余额里。")


class PaidOnline(Refusal):
    """What comes by the gateway lies with it, and is told by it: it is no transfer."""

    code = "payment.online"
    message = N_(
        "这笔款是在线支付,到账由支付机构告知,不能当作汇款登记。"
        "改用对公转账的,请在采购单上另选“对公转账”。"
    )


class ReferenceUsed(Refusal):
    code = "payment.reference_used"
    message = N_("这个银行流水号已经登记过,同一笔到账不能登记两次。请核对流水号。")
    field = "reference"


class ReferenceImported(Refusal):
    code = "payment.reference_imported"
    message = N_("这个流水号已经随银行流水导入,请到“银行流水”里把那一笔分配给这张采购单。")
    field = "reference"


@dataclass(frozen=True)
class Receipt:
    """What the bank shows of a transfer: exactly as it came, too much or too little."""

    received_fen: int
    received_on: date
    reference: str


def require_cashier(identity: Identity) -> None:
    """Only finance of the operations centre says that money is there."""
    if not identity.is_in_centre(Role.CASHIER):
        raise Forbidden
