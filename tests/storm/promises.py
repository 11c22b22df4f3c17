"""What clients were promised: every answer with yes, and what it said."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class Promises:
    """Kept in this process, which nothing kills."""

    # Purchase by its number, as it was first answered; and who asked for it.
    purchases: dict[int, dict[str, Any]] = field(default_factory=dict)
    # (order, kind of its event): each of them happened once.
    steps: Counter[tuple[int, str]] = field(default_factory=Counter)
    # What was accepted, as (order line, packs).
    accepted: dict[int, int] = field(default_factory=dict)
    # Tracking number of a parcel, and its order.
    parcels: dict[str, int] = field(default_factory=dict)
    # The bank's reference of a transfer, with fen.
    received: dict[str, int] = field(default_factory=dict)
    payments: set[int] = field(default_factory=set)
    simulated: set[int] = field(default_factory=set)
    # Refund with its fen and whether it was agreed to.
    refunds: dict[int, int] = field(default_factory=dict)
    agreed: set[int] = field(default_factory=set)
    invoices: dict[str, int] = field(default_factory=dict)
    reattributions: dict[int, str] = field(default_factory=dict)
    # Number of a receipt of the outlet, with fen.
    sales: dict[str, int] = field(default_factory=dict)
    # Key of a request with the person who asked, and what was answered.
    keys: dict[tuple[int, str], str] = field(default_factory=dict)

    # What went otherwise: refused by a rule, asked again, and what must never be.
    turned: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    calls: int = 0
    journeys: int = 0
    lock: Lock = field(default_factory=Lock)

    def fault(self, what: str) -> None:
        with self.lock:
            self.faults.append(what)

    def count(self) -> int:
        """How many promises there are."""
        kept = (
            self.purchases, self.steps, self.accepted, self.parcels, self.received, self.payments,
            self.simulated, self.refunds, self.agreed, self.invoices, self.reattributions,
            self.sales,
        )  # fmt: skip
        return sum(len(some) for some in kept)
