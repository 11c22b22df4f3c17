"""What one person's rows look like when they are handed out, and what is left of a name."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from marketplace.core.closed import SEALED, open_words

Rows = Sequence[Mapping[str, Any]]
# Name of the table in what a person takes along → their rows.
PersonalData = Mapping[str, Rows]


def rows_of(session: Session, wanted: Executable) -> Rows:
    """The rows of a statement, each with the names of its columns; what stands sealed is opened:
    it is its owner who asks."""
    return [
        {
            name.removesuffix(SEALED): open_words(session, cell) if name.endswith(SEALED) else cell
            for name, cell in row.items()
        }
        for row in session.execute(wanted).mappings()
    ]
