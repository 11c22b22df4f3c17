"""How and when whoever asks proved who they are, on this browser or by this token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# For so long a proof is good for what moves money or gives power.
CONFIRMED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Seat:
    """One browser that is logged in, or one token of a program (which has no id)."""

    session_id: int | None
    last_seen_at: datetime
    confirmed_at: datetime | None
    has_second_step: bool

    def was_confirmed_lately(self, now: datetime) -> bool:
        return self.confirmed_at is not None and now - self.confirmed_at < CONFIRMED_FOR
