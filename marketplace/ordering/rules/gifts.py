"""A staff list for gifts: its columns, and a verdict on every row."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marketplace.core.errors import N_, invalid
from marketplace.core.heads import find_columns, fold, rows_below
from marketplace.core.money import format_yuan, parse_yuan
from marketplace.core.sheets import LONGEST_CELL, CellError
from marketplace.ordering.rules.gift_sets import MOST_PACKS_EACH, GiftSet
from marketplace.ordering.rules.recipients import NOT_A_PHONE, is_phone, plain_phone

MOST_RECIPIENTS = 3_000
# More different amounts than this are no longer a choice that one makes on a page.
MOST_AMOUNTS = 30
MOST_GIFT_FEN = 100_000_00

# What people call the columns; the first row that names a person and a gift or amount is the head.
HEADS: Mapping[str, str] = {
    "姓名": "name",
    "职工姓名": "name",
    "职工": "name",
    "name": "name",
    "部门": "department",
    "科室": "department",
    "单位": "department",
    "department": "department",
    "电话": "phone",
    "手机": "phone",
    "手机号": "phone",
    "手机号码": "phone",
    "联系电话": "phone",
    "phone": "phone",
    "慰问品": "gift",
    "礼品": "gift",
    "商品": "gift",
    "商品名称": "gift",
    "品名": "gift",
    "规格编号": "gift",
    "gift": "gift",
    "金额": "amount",
    "金额(元)": "amount",
    "标准": "amount",
    "慰问标准": "amount",
    "amount": "amount",
    "慰问品或金额": "gift_or_amount",
    "份数": "packs",
    "数量": "packs",
    "件数": "packs",
    "packs": "packs",
    "地址": "address",
    "收货地址": "address",
    "邮寄地址": "address",
    "address": "address",
}
# Without a head the columns stand in this order.
USUAL = ("name", "department", "phone", "gift_or_amount", "packs", "address")

NO_ROWS = N_("名单里没有人。请粘贴:姓名、部门、电话、慰问品或金额、份数、地址。")
TOO_MANY = N_("一张名单最多 %(most)s 人,现在有 %(rows)s 人。请按部门分成几张采购单。")
TOO_MANY_AMOUNTS = N_(
    "一张名单最多 %(most)s 种金额,现在有 %(amounts)s 种。请合并相近的金额,或直接写慰问品。"
)
NO_NAME = N_("没有写姓名。")
TOO_LONG = N_("最多 %(most)s 个字,请写短一些。")
STRANGE = N_("里面有不能保存的控制字符,请重新输入。")
NEEDS_PHONE = N_("寄到个人地址要写电话,快递才能联系到人。")
NO_GIFT = N_("没有写慰问品,也没有写金额,请写一样。")
UNKNOWN_GIFT = N_("没有找到「%(name)s」,或者有几种规格、几家都卖。请写「商品名 规格」或规格编号。")
OFF_SALE = N_("「%(name)s」现在不卖了,请换一种。")
NOT_AN_AMOUNT = N_("金额请写元,例如 300 或 299.50,在 0.01 到 100,000 之间。")
NOT_PACKS = N_("份数要写 1 到 %(most)s 的整数;不写就是 1 份。")
AMOUNT_AND_PACKS = N_("按金额发的行不要写份数:每人一份,正好按这个金额配。")
OVER_AMOUNT = N_("这一行合 %(sum)s 元,超过了名单上的金额 %(most)s 元。")
OVER_CHOICE = N_("金额 %(amount)s 元选的这一组合 %(sum)s 元,超过了金额。请换一组。")
NOTHING_FITS = N_("没有找到每人 %(amount)s 元以内、库存也够的商品。请自己搭配,或改这个金额。")
NOT_READY = N_("名单里还有要改的地方,请按下面的提示改好,再生成采购单。")

_LENGTHS = {
    "name": 60,
    "department": 60,
    "phone": 20,
    "gift": LONGEST_CELL,
    "amount": LONGEST_CELL,
    "packs": LONGEST_CELL,
    "address": 200,
}


@dataclass(frozen=True)
class GiftRow:
    """A row as it was typed; `number` is its place in the file."""

    number: int
    name: str = ""
    department: str = ""
    phone: str = ""
    gift: str = ""
    amount: str = ""
    packs: str = ""
    address: str = ""


@dataclass(frozen=True)
class GiftVerdict:
    """What a row gives to whom, or everything that is wrong with it.

    A row with an amount alone is good, and open until a set is chosen for that amount.
    """

    row: GiftRow
    given: GiftSet | None = None
    amount_fen: int | None = None
    errors: tuple[CellError, ...] = ()
    # The row in which the same person stands already.
    twice: int | None = None

    @property
    def is_good(self) -> bool:
        return not self.errors

    @property
    def is_open(self) -> bool:
        return self.is_good and self.given is None


def read_gift_rows(field: str, cells: Sequence[Sequence[str]]) -> list[GiftRow]:
    """The rows below the head, empty ones left out. Raises InvalidInput where there are none, or
    more than one purchase holds."""
    rows = [_row(number, row) for number, row in rows_below(cells, *_columns(cells))]
    if not rows:
        raise invalid(field, NO_ROWS)
    if len(rows) > MOST_RECIPIENTS:
        raise invalid(field, TOO_MANY, most=MOST_RECIPIENTS, rows=len(rows))
    return rows


def _columns(cells: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Where each column stands, and how many rows come before the first person."""
    gifts = {"gift", "amount", "gift_or_amount"}
    found = find_columns(cells, HEADS, lambda named: "name" in named and bool(named & gifts))
    return found or ({name: at for at, name in enumerate(USUAL)}, 0)


def _row(number: int, values: dict[str, str]) -> GiftRow:
    either = values.pop("gift_or_amount", "")
    if either:
        values["gift" if _fen(either) is None else "amount"] = either
    return GiftRow(number, **values)


def _fen(typed: str) -> int | None:
    try:
        return parse_yuan(typed)
    except ValueError:
        return None


def judge_gifts(rows: Sequence[GiftRow], sets: Mapping[str, GiftSet | str]) -> list[GiftVerdict]:
    """A verdict on every row; `sets` says what the words of a gift mean, or what is unknown."""
    seen: dict[tuple[str, str], int] = {}
    verdicts = []
    for row in rows:
        verdict = _judge(row, sets)
        keys = [(fold(row.name), fold(row.department))]
        if row.phone:
            keys.append((fold(row.name), plain_phone(row.phone)))
        twice = next((seen[key] for key in keys if key in seen), None)
        for key in keys if row.name else ():
            seen.setdefault(key, row.number)
        verdicts.append(replace(verdict, twice=twice) if row.name else verdict)
    return verdicts


def _judge(row: GiftRow, sets: Mapping[str, GiftSet | str]) -> GiftVerdict:
    errors = tuple(_unreadable(row))
    if errors:
        return GiftVerdict(row, errors=errors)
    amount_fen, packs = _fen(row.amount) if row.amount else None, _packs(row.packs)
    errors = (*_errors_of_person(row), *_errors_of_numbers(row, amount_fen, packs))
    if not row.gift:
        return GiftVerdict(row, amount_fen=amount_fen, errors=errors)
    given = sets[row.gift]
    errors += tuple(_errors_of_set(row, given, packs or 1, amount_fen))
    if errors or isinstance(given, str):
        return GiftVerdict(row, errors=errors)
    return GiftVerdict(row, given.times(packs or 1), amount_fen)


def _unreadable(row: GiftRow) -> Iterator[CellError]:
    for column, most in _LENGTHS.items():
        words = getattr(row, column)
        if len(words) > most:
            yield CellError(column, TOO_LONG, {"most": most})
        elif any(unicodedata.category(character) in ("Cc", "Cs") for character in words):
            yield CellError(column, STRANGE)


def _errors_of_person(row: GiftRow) -> Iterator[CellError]:
    if not row.name:
        yield CellError("name", NO_NAME)
    if row.phone and not is_phone(plain_phone(row.phone)):
        yield CellError("phone", NOT_A_PHONE)
    elif row.address and not row.phone:
        yield CellError("phone", NEEDS_PHONE)


def _errors_of_numbers(
    row: GiftRow, amount_fen: int | None, packs: int | None
) -> Iterator[CellError]:
    if not row.gift and not row.amount:
        yield CellError("gift", NO_GIFT)
    if row.amount and not (amount_fen and 0 < amount_fen <= MOST_GIFT_FEN):
        yield CellError("amount", NOT_AN_AMOUNT)
    if packs is None:
        yield CellError("packs", NOT_PACKS, {"most": MOST_PACKS_EACH})
    elif row.amount and not row.gift and packs != 1:
        yield CellError("packs", AMOUNT_AND_PACKS)


def _packs(typed: str) -> int | None:
    plain = unicodedata.normalize("NFKC", typed).replace(",", "") or "1"
    if not (plain.isascii() and plain.isdigit()):
        return None
    packs = int(plain[:20])
    return packs if 1 <= packs <= MOST_PACKS_EACH else None


def _errors_of_set(
    row: GiftRow, given: GiftSet | str, packs: int, amount_fen: int | None
) -> Iterator[CellError]:
    if isinstance(given, str):
        yield CellError("gift", UNKNOWN_GIFT, {"name": given[:60]})
        return
    gone = next((pack for pack, _packs_ in given.parts if not pack.is_on_sale), None)
    if gone is not None:
        yield CellError("gift", OFF_SALE, {"name": gone.product_name})
    whole = given.times(packs)
    if any(count > MOST_PACKS_EACH for _pack, count in whole.parts):
        yield CellError("packs", NOT_PACKS, {"most": MOST_PACKS_EACH})
    elif amount_fen is not None and whole.total_fen > amount_fen > 0:
        over = {"sum": format_yuan(whole.total_fen), "most": row.amount}
        yield CellError("amount", OVER_AMOUNT, over)


def count_amounts(verdicts: Sequence[GiftVerdict]) -> dict[int, int]:
    """People by each amount that a set is to be chosen for, the highest amount first."""
    counts = Counter(one.amount_fen for one in verdicts if one.is_open and one.amount_fen)
    return dict(sorted(counts.items(), reverse=True))


def choose(verdicts: Sequence[GiftVerdict], chosen: Mapping[int, GiftSet]) -> list[GiftVerdict]:
    """The verdicts with the sets that were chosen for their amounts."""
    return [
        replace(one, given=chosen.get(one.amount_fen or 0)) if one.is_open else one
        for one in verdicts
    ]


def wanted_of_gifts(verdicts: Sequence[GiftVerdict]) -> dict[int, int]:
    """Packs by variant, over all people."""
    wanted: Counter[int] = Counter()
    for verdict in verdicts:
        for pack, packs in verdict.given.parts if verdict.given else ():
            wanted[pack.variant_id] += packs
    return dict(wanted)
