"""What makes a file of a paper's facts, one printer a format, behind one Protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.documents.rules.sheet import Sheet


@dataclass(frozen=True)
class Printout:
    """A paper's facts with what is printed around them."""

    sheet: Sheet
    number: str
    facts_sha256: str
    asked_at: datetime
    # Where anyone can check the paper; only public ones carry it.
    verify_url: str


class Printer(Protocol):
    def print(self, printout: Printout) -> bytes:
        """The file. The same printout always makes the same bytes."""


Printers = Mapping[str, Printer]
