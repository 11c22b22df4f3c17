"""Sealing anew what stands sealed in a table, a part at a time, while the shop stays open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.core.sealing import Sealer, is_sealed

AT_ONCE = 200

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Marked:
    """A column that stands sealed, and the one beside it by whose mark its words are found."""

    column: Column
    mark: Column
    # What the mark is made of: words of a telephone never look like those of an account.
    words: Callable[[str], str]


@dataclass(frozen=True)
class Sealed:
    """Columns of a table that hold what is sealed, by its key; only some rows, where it says so."""

    key: Column | tuple[Column, ...]
    columns: tuple[Column, ...]
    only: ColumnElement[bool] | None = None
    marks: tuple[Marked, ...] = ()
    # Fewer, where each holds a file.
    at_once: int = AT_ONCE

    @property
    def keys(self) -> tuple[Column, ...]:
        return self.key if isinstance(self.key, tuple) else (self.key,)


@dataclass(frozen=True)
class Part:
    """How far it came: the last key, how many rows were sealed anew, how many could not be."""

    last: tuple[Any, ...]
    sealed: int
    lost: int


def reseal_part(
    session: Session, sealed: Sealed, sealer: Sealer, after: tuple[Any, ...] | None
) -> Part | None:
    """Seals the rows after a key anew; None where there are no more. What a former version wrote
    in the clear, while nodes were renewed one after the other, is sealed too."""
    wanted = select(*sealed.keys, *sealed.columns).order_by(*sealed.keys).limit(sealed.at_once)
    if after is not None:
        wanted = wanted.where(tuple_(*sealed.keys) > tuple_(*after))
    wanted = wanted if sealed.only is None else wanted.where(sealed.only)
    rows = session.execute(wanted).all()
    if not rows:
        return None
    done = [_reseal_row(sealed, sealer, row) for row in rows]
    changes = [one for one in done if one]
    if changes:
        _write(session, sealed, changes)
    return Part(tuple(rows[-1][: len(sealed.keys)]), len(changes), done.count({}))


def _reseal_row(sealed: Sealed, sealer: Sealer, row: Any) -> dict[str, Any] | None:
    """What a row is to hold, beside what it held; empty where not all of it can be opened, None
    where it holds nothing."""
    held = dict(zip(sealed.columns, row[len(sealed.keys) :], strict=True))
    if not any(held.values()):
        return None
    anew = {column.key: _again(sealer, value) for column, value in held.items()}
    if None in anew.values():
        return {}
    return {
        **{f"key_{column.key}": value for column, value in zip(sealed.keys, row, strict=False)},
        **{f"new_{name}": value for name, value in anew.items()},
        **{f"old_{column.key}": value for column, value in held.items()},
        **_marks(sealed.marks, sealer, held),
    }


def _marks(
    marks: Sequence[Marked], sealer: Sealer, held: Mapping[Column, Any]
) -> Mapping[str, str]:
    words = {one: one.words(_opened(sealer, held[one.column])) for one in marks}
    return {f"new_{one.mark.key}": sealer.mark(said) if said else "" for one, said in words.items()}


def _opened(sealer: Sealer, value: str) -> str:
    return (sealer.open(value) or "") if is_sealed(value) else value


def _again(sealer: Sealer, value: str | bytes) -> str | bytes | None:
    """Sealed with the key of now; what is empty stays so."""
    if not value:
        return value
    content = value if isinstance(value, bytes) else value.encode()
    anew = sealer.again(content) if is_sealed(content) else sealer.seal_bytes(content)
    return anew if isinstance(value, bytes) or anew is None else anew.decode()


def _write(session: Session, sealed: Sealed, changes: Sequence[Mapping[str, Any]]) -> None:
    """One statement for all rows."""
    table = sealed.keys[0].class_.__table__
    names = [*sealed.columns, *(one.mark for one in sealed.marks)]
    columns = {name: name.property.columns[0] for name in names}
    # Whoever was forgotten meanwhile stays forgotten.
    same = [
        columns[one].is_not_distinct_from(bindparam(f"old_{one.key}")) for one in sealed.columns
    ]
    same += [one.property.columns[0] == bindparam(f"key_{one.key}") for one in sealed.keys]
    session.connection().execute(
        update(table)
        .where(*same)
        .values({column: bindparam(f"new_{name.key}") for name, column in columns.items()}),
        changes,
    )
