"""Telling what a transfer is for: by the codes it names, by who sent it, or not at all."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from marketplace.core.errors import N_, Refusal
from marketplace.core.ids import read_code

CODE_LENGTH = 8
# Sets of purchases that are tried against one transfer: 2^12 sums at the most.
MOST_TOGETHER = 12
_RUN = re.compile(r"[0-9A-Z]+")


class Reason(StrEnum):
    """Why a transfer was matched, or why it waits."""

    BY_CODE = "by_code"
    BY_CODE_PART = "by_code_part"
    BY_CODE_OVER = "by_code_over"
    BY_CODES = "by_codes"
    BY_PAYER = "by_payer"
    BY_HAND = "by_hand"
    BY_PAYOUT = "by_payout"
    CAME_BACK = "came_back"
    KNOWN = "known"
    CODES_DIFFER = "codes_differ"
    WRONG_CODE = "wrong_code"
    SEVERAL = "several"
    AMBIGUOUS = "ambiguous"
    PAYER_OWES_NOTHING = "payer_owes_nothing"
    PAYER_UNKNOWN = "payer_unknown"
    OUTGOING = "outgoing"


@dataclass(frozen=True)
class OpenPurchase:
    """A purchase that money could be for, and what is still to be paid for it."""

    purchase_id: int
    amount_fen: int


@dataclass(frozen=True)
class Part:
    """So much of a transfer for that purchase."""

    purchase_id: int
    amount_fen: int


@dataclass(frozen=True)
class Decision:
    """What a transfer is for. Only what is certain is booked without a person."""

    reason: Reason
    parts: tuple[Part, ...] = ()
    certain: bool = False


class LineDecided(Refusal):
    code = "transfer.decided"
    message = N_("这笔流水已经处理过了,请刷新页面查看结果。")


class NotPlaced(Refusal):
    """A draft that held money could be changed or left lying, and the money with it."""

    code = "transfer.not_placed"
    message = N_(
        "采购单 %(number)s 还没有下单,不能收款。请等它审批通过再分配,或者先记入这个单位的余额。"
    )


class PartsDiffer(Refusal):
    code = "transfer.parts_differ"
    status = 422
    message = N_("分配的合计 %(parts)s 元,与到账的 %(amount)s 元不相等。请核对每一行。")


def codes_in(text: str) -> list[str]:
    """Everything in the words of a transfer that could be a remittance code.

    People write it in small letters, with blanks, and glued to other words; the check character
    and the code itself, which must have been given out, keep chance away.
    """
    plain = unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("-", "")
    found: dict[str, None] = {}
    for run in _RUN.findall(plain):
        for start in range(len(run) - CODE_LENGTH + 1):
            code = read_code(run[start : start + CODE_LENGTH])
            if code:
                found[code] = None
    return list(found)


def seems_to_name_a_code(text: str) -> bool:
    """Whether the words hold something of a code's length: letters and digits together."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("-", "")
    runs = _RUN.findall(plain)
    return any(len(run) == CODE_LENGTH and not run.isdigit() and not run.isalpha() for run in runs)


def decide(
    amount_fen: int,
    named: Sequence[OpenPurchase],
    of_payer: Sequence[OpenPurchase] | None,
    *,
    wrong_code: bool = False,
) -> Decision:
    """What an incoming transfer is for.

    `named` are the purchases whose codes stand in its words; `of_payer` the open ones of whoever
    declared the account it came from, or None where nobody did.
    """
    if len(named) == 1:
        return _by_code(amount_fen, named[0])
    if named:
        return _by_codes(amount_fen, named)
    if of_payer is None:
        return Decision(Reason.WRONG_CODE if wrong_code else Reason.PAYER_UNKNOWN)
    return _by_payer(amount_fen, of_payer)


def _by_code(amount_fen: int, purchase: OpenPurchase) -> Decision:
    reason = Reason.BY_CODE
    if amount_fen != purchase.amount_fen:
        less = amount_fen < purchase.amount_fen
        reason = Reason.BY_CODE_PART if less else Reason.BY_CODE_OVER
    return Decision(reason, (Part(purchase.purchase_id, amount_fen),), certain=True)


def _by_codes(amount_fen: int, named: Sequence[OpenPurchase]) -> Decision:
    if sum(one.amount_fen for one in named) != amount_fen:
        return Decision(Reason.CODES_DIFFER, _fill(amount_fen, named))
    return Decision(Reason.BY_CODES, _whole(named), certain=True)


def _by_payer(amount_fen: int, of_payer: Sequence[OpenPurchase]) -> Decision:
    equal = [one for one in of_payer if one.amount_fen == amount_fen]
    if len(equal) == 1:
        return Decision(Reason.BY_PAYER, _whole(equal), certain=True)
    if equal:
        return Decision(Reason.AMBIGUOUS, _whole(equal[:1]))
    together = _sums_to(amount_fen, of_payer)
    if together:
        return Decision(Reason.SEVERAL, _whole(together))
    return Decision(Reason.PAYER_OWES_NOTHING, _fill(amount_fen, of_payer))


def _sums_to(amount_fen: int, purchases: Sequence[OpenPurchase]) -> Sequence[OpenPurchase]:
    """The smallest set of purchases that comes to exactly that much, if there is one."""
    few = purchases[:MOST_TOGETHER]
    for size in range(2, len(few) + 1):
        for chosen in combinations(few, size):
            if sum(one.amount_fen for one in chosen) == amount_fen:
                return chosen
    return ()


def _whole(purchases: Iterable[OpenPurchase]) -> tuple[Part, ...]:
    return tuple(Part(one.purchase_id, one.amount_fen) for one in purchases)


def _fill(amount_fen: int, purchases: Iterable[OpenPurchase]) -> tuple[Part, ...]:
    """The purchases in their order until the money is used up, for a person to look at."""
    parts = []
    left = amount_fen
    for one in purchases:
        part = min(left, one.amount_fen)
        if part:
            parts.append(Part(one.purchase_id, part))
            left -= part
    return tuple(parts)
