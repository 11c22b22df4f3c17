"""What one person's rows look like when they are handed out, and what is left of a name."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

Rows = Sequence[Mapping[str, Any]]
# Name of the table in what a person takes along → their rows.
PersonalData = Mapping[str, Rows]


def rows_of(session: Session, wanted: Executable) -> Rows:
    """The rows of a statement, each with the names of its columns."""
    return [dict(row) for row in session.execute(wanted).mappings()]
