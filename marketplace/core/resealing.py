"""Sealing anew what stands sealed in a table, a part at a time, while the shop stays open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.core.sealing import Sealer

AT_ONCE = 200


@dataclass(frozen=True)
class Sealed:
    """Columns of a table that hold what is sealed, by its key; only some rows, where it says so."""

    key: InstrumentedAttribute[int]
    columns: tuple[InstrumentedAttribute[Any], ...]
    only: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Part:
    """How far it came: the last key, how many rows were sealed anew, how many could not be."""

    last: int
    sealed: int
    lost: int


def reseal_part(session: Session, sealed: Sealed, sealer: Sealer, after: int) -> Part | None:
    """Seals the rows after a key anew; None where there are no more."""
    wanted = select(sealed.key, *sealed.columns).where(sealed.key > after)
    wanted = wanted if sealed.only is None else wanted.where(sealed.only)
    rows = session.execute(wanted.order_by(sealed.key).limit(AT_ONCE)).all()
    if not rows:
        return None
    done = [_reseal_row(session, sealed, sealer, row) for row in rows]
    return Part(rows[-1][0], done.count(True), done.count(False))


def _reseal_row(session: Session, sealed: Sealed, sealer: Sealer, row: Any) -> bool | None:
    """Whether all of a row could be sealed anew; None where it holds nothing."""
    held = {column: value for column, value in zip(sealed.columns, row[1:], strict=True) if value}
    anew = {column: _again(sealer, value) for column, value in held.items()}
    if not held or None in anew.values():
        return False if held else None
    # Whoever was forgotten meanwhile stays forgotten.
    same = [column == value for column, value in held.items()]
    session.execute(_setting(sealed, anew).where(sealed.key == row[0], *same))
    return True


def _again(sealer: Sealer, value: str | bytes) -> str | bytes | None:
    if isinstance(value, bytes):
        return sealer.again(value)
    anew = sealer.again(value.encode())
    return anew.decode() if anew else None


def _setting(sealed: Sealed, anew: Mapping[InstrumentedAttribute[Any], Any]) -> Any:
    return update(sealed.key.class_).values({column.key: value for column, value in anew.items()})
