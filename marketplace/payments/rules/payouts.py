"""Money that leaves: by which number it is known, and what may be done with it when."""

import re
import unicodedata

from marketplace.core.errors import N_, Refusal
from marketplace.core.ids import new_code, read_code

CODE_LENGTH = 10
# What stands between a payout and its money no longer: it was given back to whom it was owed.
UNDONE = ("RETURNED", "CANCELLED")


class PayoutDecided(Refusal):
    code = "payout.decided"
    message = N_("这笔付款的状态已经变了(%(state)s),不能再这样处理。请刷新页面。")


class PayoutReferenceUsed(Refusal):
    code = "payout.reference_used"
    message = N_("这个银行流水号已经用于另一笔付款或到账,请核对流水号。")


def new_number() -> str:
    """A number that stands in the bank's words and is found there again."""
    return f"T{new_code(CODE_LENGTH)}"


def numbers_in(text: str) -> list[str]:
    """Everything in the words of a transfer that could be the number of a payout."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")
    starts = (match.start() + 1 for match in re.finditer("T", plain))
    codes = (read_code(plain[start : start + CODE_LENGTH]) for start in starts)
    return list(dict.fromkeys(f"T{code}" for code in codes if code and len(code) == CODE_LENGTH))


def require_payout_state(state: str, *allowed: str) -> None:
    if state not in allowed:
        raise PayoutDecided(state=state)
