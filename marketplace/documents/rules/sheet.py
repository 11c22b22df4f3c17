"""A paper as plain facts: what every printer is given, and what is frozen when it is asked for.

Papers are kept in Chinese whoever asks for them: they go into Chinese files.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIGNERS = ("制表", "复核", "负责人")


@dataclass(frozen=True)
class Yuan:
    """An amount in a cell; each printer writes it in its own way."""

    fen: int


Cell = str | int | Yuan
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """`total` stands below the rows; it is summed where the rows are, not by a printer."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row = ()


@dataclass(frozen=True)
class RuleRow:
    """A row of what counts under a rule: its code, its name, the row and the amount in it."""

    code: str
    name: str
    row: Row
    amount_fen: int


def tables_by_rule(
    title: str, heads: tuple[str, ...], found: Sequence[RuleRow]
) -> tuple[Table, ...]:
    """A table for each rule with its own sum: the same goods count under each of them, and one sum
    over all would name them as often."""
    by_code: dict[str, list[RuleRow]] = {}
    for one in found:
        by_code.setdefault(one.code, []).append(one)
    blanks = ("",) * (len(heads) - 2)
    return tuple(
        Table(
            title if len(by_code) < 2 else f"{title}:{rows[-1].name}",
            heads,
            tuple(one.row for one in rows),
            ("合计", *blanks, Yuan(sum(one.amount_fen for one in rows))),
        )
        for rows in by_code.values() or [[]]
    )


@dataclass(frozen=True)
class Sheet:
    """A whole paper. `sum_fen` is printed in figures and in capital numerals."""

    title: str
    holder: str
    facts: tuple[tuple[str, Cell], ...]
    tables: tuple[Table, ...] = ()
    sum_fen: int | None = None
    clauses: tuple[str, ...] = ()
    signers: tuple[str, ...] = SIGNERS
    is_wide: bool = False
    # Whether the clauses are read first, and the tables bear them out.
    is_told_first: bool = False
    # Whether the paper carries a QR code that leads to the page on which anyone checks it.
    is_public: bool = False

    @property
    def row_count(self) -> int:
        return sum(len(table.rows) for table in self.tables)


def freeze(sheet: Sheet) -> dict[str, Any]:
    """The paper as JSON keeps it."""
    return {
        "title": sheet.title,
        "holder": sheet.holder,
        "facts": [[label, _cell(value)] for label, value in sheet.facts],
        "tables": [
            {
                "title": table.title,
                "heads": list(table.heads),
                "rows": [_row(row) for row in table.rows],
                "total": _row(table.total),
            }
            for table in sheet.tables
        ],
        "sum_fen": sheet.sum_fen,
        "clauses": list(sheet.clauses),
        "signers": list(sheet.signers),
        "is_wide": sheet.is_wide,
        "is_public": sheet.is_public,
        # Papers that say nothing of it keep the fingerprint that they have had.
        **({"is_told_first": True} if sheet.is_told_first else {}),
    }


def thaw(frozen: Mapping[str, Any]) -> Sheet:
    """The paper as it was frozen."""
    return Sheet(
        title=frozen["title"],
        holder=frozen["holder"],
        facts=tuple((label, _thawed(value)) for label, value in frozen["facts"]),
        tables=tuple(
            Table(
                table["title"],
                tuple(table["heads"]),
                tuple(tuple(_thawed(cell) for cell in row) for row in table["rows"]),
                tuple(_thawed(cell) for cell in table["total"]),
            )
            for table in frozen["tables"]
        ),
        sum_fen=frozen["sum_fen"],
        clauses=tuple(frozen["clauses"]),
        signers=tuple(frozen["signers"]),
        is_wide=frozen["is_wide"],
        is_public=frozen["is_public"],
        is_told_first=frozen.get("is_told_first", False),
    )


def plain(frozen: Mapping[str, Any]) -> str:
    """The facts, written in the one way in which they can be written."""
    return json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(frozen: Mapping[str, Any]) -> str:
    """SHA-256 of the facts."""
    return hashlib.sha256(plain(frozen).encode()).hexdigest()


def _row(row: Row) -> list[Any]:
    return [_cell(cell) for cell in row]


def _cell(cell: Cell) -> Any:
    return {"fen": cell.fen} if isinstance(cell, Yuan) else cell


def _thawed(cell: Any) -> Cell:
    return Yuan(cell["fen"]) if isinstance(cell, Mapping) else cell
