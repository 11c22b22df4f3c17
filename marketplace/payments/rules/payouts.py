"""Money that leaves: by which number it is known, and what may be done with it when."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.errors import N_, FieldError, InvalidInput, Refusal, invalid
from marketplace.core.ids import new_code, read_code

CODE_LENGTH = 10
# What stands between a payout and its money no longer: it was given back to whom it was owed.
UNDONE = ("RETURNED", "CANCELLED")


class PayoutDecided(Refusal):
    code = "payout.decided"
    message = N_("这笔付款的状态已经变了,不能再这样处理。请刷新页面。")


class NoSuchPayout(Refusal):
    code = "payout.unknown"
    status = 422
    message = N_("没有编号为 %(number)s 的付款,请核对编号。")


class PayoutReferenceUsed(Refusal):
    code = "payout.reference_used"
    message = N_("这个银行流水号已经用于另一笔付款或到账,请核对流水号。")


class ReturnUnnumbered(Refusal):
    """What was paid and came back stands in the bank's statement once more, under a number."""

    code = "payout.return_unnumbered"
    status = 422
    message = N_("这笔款已经付出,登记退回要填银行退回那一笔的流水号。")


@dataclass(frozen=True)
class Result:
    """What the bank did with a payout, and the row of its file that says so."""

    number: str
    is_paid: bool
    reference: str = ""
    reason: str = ""
    row: int | None = None


NUMBER, RESULT, REFERENCE, REASON = "付款编号", "结果", "流水号", "原因"
DONE = frozenset({"成功", "已付", "PAID"})
FAILED = frozenset({"失败", "退回", "退汇", "RETURNED"})
NO_HEAD = N_("没有找到表头。结果文件要有“付款编号”“结果”“流水号”三列,“原因”可以没有。")
NO_ROWS = N_("表头下面没有任何结果。")
BAD_RESULT = N_("“%(value)s”看不懂,请填“成功”或“失败”。")
MISSING_REFERENCE = N_("付款成功要填银行流水号。")
TWICE = N_("编号 %(value)s 在文件里出现了两次。")


def read_results(rows: Sequence[Sequence[str]], field: str = "file") -> list[Result]:
    """What the bank's answer says. Raises InvalidInput with every bad row."""
    head = next((place for place, row in enumerate(rows) if {NUMBER, RESULT} <= set(row)), None)
    if head is None:
        raise invalid(field, NO_HEAD)
    columns = {name: place for place, name in enumerate(rows[head])}
    errors: list[FieldError] = []
    results: dict[str, Result] = {}
    for place, row in enumerate(rows[head + 1 :], start=head + 2):
        if any(row):
            cells = {name: row[at] for name, at in columns.items() if at < len(row)}
            result = _read_result(cells, place, errors)
            if result.number in results:
                errors.append(FieldError(NUMBER, TWICE, (("value", result.number),), place))
            results[result.number] = result
    if errors:
        raise InvalidInput(*errors)
    if not results:
        raise invalid(field, NO_ROWS)
    return list(results.values())


def _read_result(cells: dict[str, str], place: int, errors: list[FieldError]) -> Result:
    told = cells.get(RESULT, "")
    if told not in DONE | FAILED:
        errors.append(FieldError(RESULT, BAD_RESULT, (("value", told[:40]),), place))
    reference = cells.get(REFERENCE, "")[:80]
    if told in DONE and not reference:
        errors.append(FieldError(REFERENCE, MISSING_REFERENCE, (), place))
    number = cells.get(NUMBER, "").upper()
    return Result(number, told in DONE, reference, cells.get(REASON, "")[:300], place)


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
        raise PayoutDecided
