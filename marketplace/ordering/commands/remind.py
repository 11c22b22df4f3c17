"""Reminding people of what waits: approvals, receipts, acceptances, and what is owed."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.administration.queries import counties_that_set, setting
from marketplace.administration.rules.settings import SETTINGS, Name
from marketplace.core.clock import day_of
from marketplace.ordering.commands.notify import key_of, tell
from marketplace.ordering.queries.debts import debts_to_remind
from marketplace.ordering.queries.overdue import (
    EVERYWHERE,
    Counties,
    UnapprovedWish,
    list_overdue,
    list_unapproved,
)
from marketplace.ordering.rules.approval import FALLBACK_AFTER
from marketplace.ordering.rules.debts import reminder_of
from marketplace.ordering.rules.waits import working_days_ago

AT_ONCE = 200


def remind_of(session: Session, event: str, now: datetime) -> int:
    """Tells of some of the orders that have come to an event, each once; how many."""
    overdue = list_overdue(session, event, key_of(event), now, AT_ONCE)
    for order_id in overdue:
        tell(session, event, order_id, now)
    return len(overdue)


def remind_approvers(session: Session, now: datetime) -> int:
    """Whose turn it is hears of it again after some working days, once each turn: as many as
    their county has set, elsewhere as many as everywhere."""
    name = Name.APPROVAL_REMINDER_DAYS
    setting_it = counties_that_set(session, name)
    waits: list[tuple[int, Counties]] = [
        (setting(session, county, name, now), Counties(only=county)) for county in setting_it
    ]
    waits.append((SETTINGS[name].default, Counties(but=tuple(setting_it))))
    return sum(
        _remind(session, "approval_reminder", working_days_ago(days, now), now, counties=counties)
        for days, counties in waits
    )


def remind_other_approvers(session: Session, now: datetime) -> int:
    """A step that was left lying falls to the unit's other approvers, who hear of it once."""
    return _remind(session, "approval_fallback", now - FALLBACK_AFTER, now, in_steps=True)


def _remind(
    session: Session,
    event: str,
    before: datetime,
    now: datetime,
    *,
    in_steps: bool = False,
    counties: Counties = EVERYWHERE,
) -> int:
    """Looks at everything that waits, some at a time: what was told of is passed over."""
    told = after_id = 0
    wanted = UnapprovedWish(before, in_steps, counties)
    waiting = list_unapproved(session, wanted, after_id, AT_ONCE)
    while waiting and told < AT_ONCE:
        for purchase_id, since in waiting:
            told += tell(session, event, purchase_id, now, turn=f"/{since:%Y%m%d%H%M%S}")
        after_id = waiting[-1][0]
        waiting = list_unapproved(session, wanted, after_id, AT_ONCE)
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
