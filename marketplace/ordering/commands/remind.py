"""Reminding people of what waits: approvals, receipts, acceptances, and what is owed."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering.commands.notify import key_of, tell
from marketplace.ordering.queries.debts import debts_to_remind
from marketplace.ordering.queries.overdue import list_overdue, list_unapproved
from marketplace.ordering.rules.approval import FALLBACK_AFTER
from marketplace.ordering.rules.debts import reminder_of
from marketplace.ordering.rules.waits import APPROVED_WITHIN_DAYS, working_days_ago

AT_ONCE = 200


def remind_of(session: Session, event: str, now: datetime) -> int:
    """Tells of some of the orders that have come to an event, each once; how many."""
    overdue = list_overdue(session, event, key_of(event), now, AT_ONCE)
    for order_id in overdue:
        tell(session, event, order_id, now)
    return len(overdue)


def remind_approvers(session: Session, now: datetime) -> int:
    """Whose turn it is hears of it again after two working days, once each turn."""
    return _remind(session, "approval_reminder", working_days_ago(APPROVED_WITHIN_DAYS, now), now)


def remind_other_approvers(session: Session, now: datetime) -> int:
    """A step that was left lying falls to the unit's other approvers, who hear of it once."""
    return _remind(session, "approval_fallback", now - FALLBACK_AFTER, now, in_steps=True)


def _remind(
    session: Session, event: str, before: datetime, now: datetime, *, in_steps: bool = False
) -> int:
    """Looks at everything that waits, some at a time: what was told of is passed over."""
    told = after_id = 0
    waiting = list_unapproved(session, before, after_id, AT_ONCE, in_steps=in_steps)
    while waiting and told < AT_ONCE:
        for purchase_id, since in waiting:
            told += tell(session, event, purchase_id, now, turn=f"/{since:%Y%m%d%H%M%S}")
        after_id = waiting[-1][0]
        waiting = list_unapproved(session, before, after_id, AT_ONCE, in_steps=in_steps)
    return told


def remind_debtors(session: Session, now: datetime) -> int:
    """Before it is due, on the day, and when it is late: each told once, however often it runs.

    Returns how many debts it looked at.
    """
    today = day_of(now)
    debts = debts_to_remind(session, today)
    for order_id, last_day in debts:
        event = reminder_of(last_day, today)
        if event is not None:
            tell(session, event, order_id, now)
    return len(debts)
