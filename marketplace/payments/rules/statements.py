"""Reading a bank's statement: the layout is recognised by its head, and every bad row is named."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.core.errors import N_, FieldError, InvalidInput, invalid
from marketplace.core.money import parse_yuan
from marketplace.payments.rules.methods import MAX_RECEIVED_FEN

LAYOUTS = Path(__file__).parent.parent / "layouts.toml"
SUMS = ("合计", "总计", "本页", "小计", "累计")
INWARD = frozenset({"贷", "贷方", "收", "收入", "C"})
OUTWARD = frozenset({"借", "借方", "支", "支出", "D"})
# How far down the head may stand, below what the bank writes about the account.
HEAD_WITHIN = 30
MOST_ERRORS = 200
LONGEST = {"reference": 80, "other_name": 120, "other_number": 40, "text": 300}
_DAY = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?$")
_COMPACT_DAY = re.compile(r"^\d{8}(?:[ T\d:]*)$")

NO_LAYOUT = N_("没有认出这个文件的格式。请从网上银行导出明细,或者用通用格式:%(heads)s。")
NO_LINES = N_("表头下面没有任何流水,请核对导出的日期范围。")
BAD_DAY = N_("“%(value)s”不是日期,例如 2026-11-23。")
NOT_YET = N_("“%(value)s”晚于今天,请核对日期。")
BAD_AMOUNT = N_("“%(value)s”不是金额,例如 1,234.50。")
NO_AMOUNT = N_("收入和支出都是空的,或者都是零。")
TWO_AMOUNTS = N_("收入和支出只能有一个。")
TOO_LARGE = N_("金额超过 1 亿元,请核对。")
BAD_SIDE = N_("“%(value)s”看不出是收入还是支出,请填“贷”或“借”。")
NO_REFERENCE = N_("没有流水号,无法保证同一笔不会记两次。")
TWICE = N_("流水号 %(value)s 在这个文件里出现了两次,内容不同。")
KNOWN_OTHERWISE = N_(
    "流水号 %(value)s 以前导入过,当时是 %(payer)s %(sum)s 元,与这一行不同。"
    "整个文件都没有导入,请核对后再试。"
)
TOO_LONG = N_("超过了 %(most)s 个字。")


@dataclass(frozen=True)
class Layout:
    """Which column of a bank's export says what."""

    code: str
    name: str
    booked_on: str
    reference: tuple[str, ...]
    other_name: str
    other_number: str
    text: tuple[str, ...]
    incoming: str = ""
    outgoing: str = ""
    signed: str = ""
    size: str = ""
    side: str = ""

    @property
    def needed(self) -> frozenset[str]:
        """The columns without which it is another layout; words may be missing."""
        amounts = (self.incoming, self.outgoing, self.signed, self.size, self.side)
        plain = (self.booked_on, self.other_name, self.other_number, *self.reference)
        return frozenset(name for name in (*plain, *amounts) if name)


@dataclass(frozen=True)
class StatementLine:
    """One transfer as the bank tells it; outgoing ones are negative."""

    reference: str
    booked_on: date
    amount_fen: int
    other_name: str
    other_number: str
    text: str
    # In which row it stood; the same line in another row is the same line.
    row: int = field(default=0, compare=False)


@cache
def list_layouts() -> tuple[Layout, ...]:
    """Every layout that is known, as the data file has them."""
    rows = tomllib.loads(LAYOUTS.read_text("utf-8"))["layout"]
    return tuple(_layout(row) for row in rows)


def _layout(row: Mapping[str, Any]) -> Layout:
    amounts = {"incoming": row.get("in", ""), "outgoing": row.get("out", "")}
    plain = {key: row.get(key, "") for key in ("signed", "size", "side")}
    names = {key: row[key] for key in ("code", "name", "booked_on", "other_name", "other_number")}
    return Layout(
        **names, **amounts, **plain, reference=tuple(row["reference"]), text=tuple(row["text"])
    )


def read_statement(
    rows: Sequence[Sequence[str]], today: date, field: str = "file"
) -> tuple[Layout, list[StatementLine]]:
    """The layout and the lines. Raises InvalidInput with every row and column that is wrong."""
    layout, head, columns = _recognise(rows, field)
    errors: list[FieldError] = []
    lines: dict[str, StatementLine] = {}
    for place, row in enumerate(rows[head + 1 :], start=head + 2):
        if not any(row) or row[0].startswith(SUMS):
            continue
        reader = _Row((layout, columns, today), row, place)
        line = reader.read()
        errors += reader.errors
        if line is not None and lines.setdefault(line.reference, line) != line:
            column = layout.reference[0]
            errors.append(FieldError(column, TWICE, (("value", line.reference),), place))
    if errors:
        raise InvalidInput(*errors[:MOST_ERRORS])
    if not lines:
        raise invalid(field, NO_LINES)
    return layout, list(lines.values())


def _recognise(rows: Sequence[Sequence[str]], field: str) -> tuple[Layout, int, Mapping[str, int]]:
    for head, row in enumerate(rows[:HEAD_WITHIN]):
        columns = {_normal(name): place for place, name in reversed(list(enumerate(row)))}
        for layout in list_layouts():
            if {_normal(name) for name in layout.needed} <= columns.keys():
                return layout, head, columns
    heads = "、".join(("日期", "流水号", "金额", "对方户名", "对方账号", "附言"))
    raise invalid(field, NO_LAYOUT, heads=heads)


def _normal(name: str) -> str:
    """The name of a column, whichever brackets and blanks the bank writes this year."""
    return "".join(unicodedata.normalize("NFKC", name).split())


class _Row:
    """One row under a head, read cell by cell."""

    def __init__(
        self, frame: tuple[Layout, Mapping[str, int], date], row: Sequence[str], place: int
    ) -> None:
        self.layout, self.columns, self.today = frame
        self.row = row
        self.place = place
        self.errors: list[FieldError] = []

    def read(self) -> StatementLine | None:
        day, amount_fen = self._day(), self._amount()
        reference = self._reference()
        texts = dict.fromkeys(self._cell(name) for name in self.layout.text)
        line = StatementLine(
            reference=reference,
            booked_on=day,
            amount_fen=amount_fen,
            other_name=self._short("other_name", self._cell(self.layout.other_name)),
            other_number=self._short("other_number", self._cell(self.layout.other_number)),
            text=" ".join(text for text in texts if text)[: LONGEST["text"]],
        )
        return None if self.errors else replace(line, row=self.place)

    def _cell(self, name: str) -> str:
        place = self.columns.get(_normal(name))
        found = self.row[place] if place is not None and place < len(self.row) else ""
        return "".join(c for c in found if c.isprintable())

    def _refuse(self, column: str, message: str, **params: Any) -> None:
        self.errors.append(FieldError(column, message, tuple(params.items()), self.place))

    def _short(self, kind: str, value: str) -> str:
        if len(value) > LONGEST[kind]:
            self._refuse(getattr(self.layout, kind), TOO_LONG, most=LONGEST[kind])
        return value

    def _day(self) -> date:
        typed = unicodedata.normalize("NFKC", self._cell(self.layout.booked_on))
        match = _DAY.match(typed[:8] if _COMPACT_DAY.match(typed) else typed)
        try:
            found = date(*map(int, match.groups())) if match else None
        except ValueError:
            found = None
        if found is None:
            self._refuse(self.layout.booked_on, BAD_DAY, value=typed[:40])
        elif found > self.today:
            self._refuse(self.layout.booked_on, NOT_YET, value=typed[:40])
        return found or date.min

    def _reference(self) -> str:
        cells = [self._cell(name) for name in self.layout.reference]
        if len(cells) > 1:
            return hashlib.sha256("|".join(cells).encode()).hexdigest()[:32]
        if not cells[0]:
            self._refuse(self.layout.reference[0], NO_REFERENCE)
        elif len(cells[0]) > LONGEST["reference"]:
            self._refuse(self.layout.reference[0], TOO_LONG, most=LONGEST["reference"])
        return cells[0]

    def _amount(self) -> int:
        layout = self.layout
        if layout.signed:
            amount_fen = self._yuan(layout.signed)
        elif layout.side:
            amount_fen = self._yuan(layout.size) * self._sign()
        else:
            incoming, outgoing = self._yuan(layout.incoming), self._yuan(layout.outgoing)
            if incoming and outgoing:
                self._refuse(layout.incoming, TWO_AMOUNTS)
            amount_fen = incoming - outgoing
        if not amount_fen and not self.errors:
            self._refuse(layout.signed or layout.size or layout.incoming, NO_AMOUNT)
        return amount_fen

    def _yuan(self, column: str) -> int:
        typed = self._cell(column)
        if typed in ("", "-", "--"):
            return 0
        try:
            amount_fen = parse_yuan(typed)
        except ValueError:
            self._refuse(column, BAD_AMOUNT, value=typed[:40])
            return 0
        if abs(amount_fen) > MAX_RECEIVED_FEN:
            self._refuse(column, TOO_LARGE)
        return amount_fen

    def _sign(self) -> int:
        typed = self._cell(self.layout.side)
        if typed not in INWARD | OUTWARD:
            self._refuse(self.layout.side, BAD_SIDE, value=typed[:40])
        return 1 if typed in INWARD else -1
