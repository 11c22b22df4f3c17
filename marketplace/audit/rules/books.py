"""What a seal over rows of a book says, and the hash it holds."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from marketplace.audit.rules import in_order

# What an entry of the trail is about that seals rows of a book.
BOOK = "book"
SEALED = "book.sealed"
# Ids are given out before the commit. A row is sealed when its id was seen this long ago: by then
# whatever had a smaller one has been committed, or never will be.
SETTLED_AFTER = timedelta(minutes=30)
# Rows under one seal: so few that looking at them again stops nobody.
ROWS_OF_A_SEAL = 10_000
EVER = "1970-01-01T00:00:00+00:00"
# Nothing can be slipped in before the first row either.
BELOW_ALL = -(2**63)


class RowsDigest:
    """A hash over rows, one line each: keys in order, no spaces, instants in UTC."""

    def __init__(self) -> None:
        self.rows = 0
        self.last_id = 0
        self._hash = hashlib.sha256()

    def add(self, row: Mapping[str, Any]) -> None:
        self._hash.update(f"{in_order(row)}\n".encode())
        self.rows += 1
        self.last_id = row["id"]

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@dataclass(frozen=True)
class BookSeal:
    """Rows after one id up to and with another, as they were; and which id was then seen."""

    columns: tuple[str, ...]
    after_id: int
    last_id: int
    rows: int
    sha256: str
    seen_id: int
    seen_at: str

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        return cls(**{**facts, "columns": tuple(facts["columns"])})

    @classmethod
    def beginning(cls) -> Self:
        """Before anything is sealed, nothing has been seen."""
        return cls((), BELOW_ALL, BELOW_ALL, 0, RowsDigest().sha256, BELOW_ALL, EVER)

    def facts(self) -> dict[str, Any]:
        return {**asdict(self), "columns": list(self.columns)}

    def is_settled(self, now: datetime) -> bool:
        """Whether everything up to the id that was seen may be sealed by now."""
        return datetime.fromisoformat(self.seen_at) <= now - SETTLED_AFTER
