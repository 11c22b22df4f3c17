"""Words that stand sealed in a table, and are opened when somebody reads them and not before."""

from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar, cast

from sqlalchemy import Engine, Row
from sqlalchemy.orm import Session

from marketplace.core.sealing import Sealer, is_sealed

# How an attribute is called whose column stands sealed.
SEALED = "_sealed"
_OPTION = "sealer"

View = TypeVar("View")


class Closed:
    """Words as a view holds them: a page that does not show them does not open them.

    A log that is handed a view finds nothing, and no statement takes it for a value.
    """

    def __init__(self, sealed: str, sealer: Sealer) -> None:
        self._sealed, self._sealer = sealed, sealer
        self._words: str | None = None
        self._through: Callable[[str], str] | None = None

    def through(self, change: Callable[[str], str]) -> Self:
        """The same, changed when it is opened: masked, for instance."""
        changed = type(self)(self._sealed, self._sealer)
        changed._through = change
        return changed

    def __str__(self) -> str:
        if self._words is None:
            words = open_with(self._sealer, self._sealed)
            self._words = self._through(words) if self._through else words
        return self._words

    def __bool__(self) -> bool:
        return bool(self._sealed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str | Closed) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return "Closed()"


def give_sealer(engine: Engine, sealer: Sealer) -> None:
    """What is sealed in this database is sealed with this."""
    engine.update_execution_options(**{_OPTION: sealer})


def sealer_of(session: Session) -> Sealer:
    """What seals and opens in the database of a session."""
    bind = session.get_bind()
    sealer = bind.get_execution_options().get(_OPTION)
    assert sealer is not None, f"nobody gave {bind!r} a sealer"
    return cast(Sealer, sealer)


def seal_words(session: Session, words: str) -> str:
    """Sealed; what is empty stays empty, so that whoever was forgotten can be told."""
    return sealer_of(session).seal(words) if words else ""


def mark_words(session: Session, words: str) -> str:
    """The same for the same words; of nothing nothing."""
    return sealer_of(session).mark(words) if words else ""


def open_words(session: Session, sealed: str) -> str:
    return open_with(sealer_of(session), sealed)


def open_with(sealer: Sealer, sealed: str) -> str:
    """The words; empty where no key opens them. What a former version wrote beside this one in
    the clear, while nodes were renewed one after the other, is read as it stands."""
    return (sealer.open(sealed) or "") if is_sealed(sealed) else sealed


def columns_of(model: type[Any], view: type[Any]) -> list[Any]:
    """The columns that a view's fields are called after; those that stand sealed among them."""
    names = view.__dataclass_fields__
    return [getattr(model, name if hasattr(model, name) else name + SEALED) for name in names]


def view_of(session: Session, view: type[View], entity: object) -> View:
    """An entity as a view, with what stands sealed closed."""
    cells = {
        name: getattr(entity, name)
        if hasattr(entity, name)
        else Closed(getattr(entity, name + SEALED), sealer_of(session))
        for name in view.__dataclass_fields__  # type: ignore[attr-defined]
    }
    return view(**cells)


def views_of(session: Session, view: type[View], rows: Iterable[Row[Any]]) -> list[View]:
    """Rows as views, with what stands sealed closed."""
    sealer = sealer_of(session)
    return [view(*_cells(row, sealer)) for row in rows]


def _cells(row: Row[Any], sealer: Sealer) -> list[Any]:
    return [
        Closed(cell, sealer) if name.endswith(SEALED) else cell
        for name, cell in zip(row._fields, row, strict=True)
    ]
