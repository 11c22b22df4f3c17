"""A list of households from a spreadsheet: its columns, a verdict on each row, and who sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.clock import month_of
from marketplace.core.errors import N_, Refusal, invalid
from marketplace.core.heads import find_columns, fold, rows_below
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.money import parse_yuan
from marketplace.core.numbers import plain_identity
from marketplace.core.sheets import CellError
from marketplace.geography.rules import Villages, codes_called

KINDS = ("WAGE", "DIVIDEND", "SLIP")
# Fewer households than this of a village are told to nobody: neighbours would know who it is.
FEWEST = 3
MOST_FEN = 100_000_000
MOST_NAME = 40
FIRST_YEAR = 2015

HEADS: Mapping[str, str] = {
    "姓名": "name",
    "户主": "name",
    "户主姓名": "name",
    "name": "name",
    "身份证": "identity",
    "身份证号": "identity",
    "身份证号码": "identity",
    "identity": "identity",
    "村": "village",
    "村名": "village",
    "所在村": "village",
    "村代码": "village",
    "village": "village",
    "金额": "amount",
    "金额(元)": "amount",
    "工资": "amount",
    "分红": "amount",
    "收购款": "amount",
    "amount": "amount",
}
# Without a head the columns stand in this order.
USUAL = ("name", "identity", "village", "amount")

NO_ROWS = N_("这里没有农户。请粘贴四列:户主姓名、身份证号、村、金额。")
NO_NAME = N_("没有写户主姓名,或者超过 40 个字。")
STRANGE_NAME = N_("姓名里有不能保存的字符。")
NOT_AN_IDENTITY = N_("身份证号是 18 位,最后一位是校验码,请核对。")
NO_VILLAGE = N_("没有这个村,请写全称或 12 位代码。")
WHICH_VILLAGE = N_("有几个村叫这个名字,请写 12 位代码。")
NOT_AN_AMOUNT = N_("金额要大于 0,最多两位小数,不超过 100 万元。")
TWICE = N_("与第 %(row)s 行是同一户,请合并成一行。")
KNOWN = N_("这一户本期已经登记过;要更正请先冲销原来的一行。")
NOT_A_PERIOD = N_("请选择到本月为止的月份,例如 2026-11。")
NOT_READY = N_("有 %(number)s 行要改,改好以后才能登记;现在什么都没有写入。")


class AlreadyReversed(Refusal):
    code = "benefit.reversed"
    message = N_("这一行已经冲销过了。")


class NothingToReverse(Refusal):
    code = "benefit.nothing_to_reverse"
    message = N_("这份名单的每一行都已经冲销。")


@dataclass(frozen=True)
class BenefitRow:
    """A row as it was typed; `number` is its place in the file."""

    number: int
    name: str
    identity: str
    village: str
    amount: str


@dataclass(frozen=True)
class Verdict:
    """What a row means, or everything that is wrong with it."""

    row: BenefitRow
    identity: str = ""
    village_code: str = ""
    amount_fen: int = 0
    errors: tuple[CellError, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.errors


# A head as people type it, folded as the cells are.
_HEADS = {fold(head): name for head, name in HEADS.items()}


def read_rows(field: str, cells: Sequence[Sequence[str]]) -> list[BenefitRow]:
    """The rows below the head, empty ones left out. Raises InvalidInput where there are none."""
    rows = [BenefitRow(number, **row) for number, row in rows_below(cells, *_columns(cells))]
    if not rows:
        raise invalid(field, NO_ROWS)
    return rows


def _columns(cells: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    found = find_columns(cells, _HEADS, lambda named: {"name", "amount"} <= named)
    if found is None:
        return {name: at for at, name in enumerate(USUAL)}, 0
    return {"identity": -1, "village": -1, **found[0]}, found[1]


def judge(row: BenefitRow, villages: Villages) -> Verdict:
    """What a row means."""
    identity, amount_fen = plain_identity(row.identity), _amount(row.amount)
    codes = codes_called(villages, row.village)
    errors = []
    if not 0 < len(row.name) <= MOST_NAME:
        errors.append(CellError("name", NO_NAME))
    elif not row.name.isprintable():
        errors.append(CellError("name", STRANGE_NAME))
    if not identity:
        errors.append(CellError("identity", NOT_AN_IDENTITY))
    if len(codes) != 1:
        errors.append(CellError("village", WHICH_VILLAGE if codes else NO_VILLAGE))
    if not 0 < amount_fen <= MOST_FEN:
        errors.append(CellError("amount", NOT_AN_AMOUNT))
    return _refused(row, *errors) if errors else Verdict(row, identity, codes[0], amount_fen)


def _amount(typed: str) -> int:
    try:
        return int(parse_yuan(typed))
    except ValueError:
        return 0


def _refused(row: BenefitRow, *errors: CellError) -> Verdict:
    return Verdict(row, errors=errors)


def judge_together(verdicts: Sequence[Verdict], known: frozenset[str]) -> list[Verdict]:
    """The rows side by side: no household twice, none that this period knows already.

    `known` holds the identity numbers among these rows that have an entry of the period.
    """
    first: dict[str, int] = {}
    found = []
    for verdict in verdicts:
        if not verdict.is_good:
            found.append(verdict)
        elif verdict.identity in first:
            row = first[verdict.identity]
            found.append(_refused(verdict.row, CellError("identity", TWICE, {"row": row})))
        elif verdict.identity in known:
            found.append(_refused(verdict.row, CellError("identity", KNOWN)))
        else:
            found.append(verdict)
        first.setdefault(verdict.identity or f"row {verdict.row.number}", verdict.row.number)
    return found


def require_period(period: str, today: date) -> str:
    """A month that has begun. Raises InvalidInput."""
    year, _, month = period.partition("-")
    plain = len(period) == 7 and period.isascii() and year.isdigit() and month.isdigit()
    if not plain or not 1 <= int(month) <= 12:
        raise invalid("period", NOT_A_PERIOD)
    if not f"{FIRST_YEAR}-01" <= period <= month_of(today):
        raise invalid("period", NOT_A_PERIOD)
    return period


def may_write(identity: Identity, producer_id: int) -> bool:
    return identity.has_role(OrganisationKind.PRODUCER, producer_id)


def may_read(identity: Identity, producer_id: int) -> bool:
    """The producer's own people in full, the centre and the auditor masked."""
    return may_write(identity, producer_id) or identity.is_in_centre()
