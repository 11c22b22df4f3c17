"""Reminding units of what they owe: before it is due, on the day, and when it is late."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.queries.debts import debts_to_remind
from marketplace.ordering.rules.debts import reminder_of


def remind_debtors(session: Session, now: datetime) -> int:
    """Asks for each letter once, however often it runs. Returns how many debts it looked at."""
    today = day_of(now)
    debts = debts_to_remind(session, today)
    for order_id, last_day in debts:
        event = reminder_of(last_day, today)
        if event is not None:
            tell(session, event, order_id, now)
    return len(debts)
