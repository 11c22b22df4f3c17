"""How a person wants to be told, as they chose it on the page."""

from collections.abc import Mapping

from marketplace.notices.rules import TOPICS, Habits, Mail, QuietHours, Topic
from marketplace.notices.rules.hours import NOT_A_TIME, SAME_HOURS, minute_of
from marketplace.web.fields import MISSING, Fields

NEVER_QUIET = QuietHours(0, 0)


def read_topic(values: Mapping[str, str]) -> Topic | None:
    """The topic an address or a form asks for; what is none means all of them."""
    typed = values.get("topic", "")
    return Topic(typed) if typed in list(Topic) else None


def read_until(values: Mapping[str, str]) -> int:
    """The latest notice that was on the page. Raises InvalidInput."""
    fields = Fields(values)
    until_id = fields.number("until")
    fields.check()
    return until_id


def read_habits(values: Mapping[str, str]) -> Habits:
    """All choices of the page. Raises InvalidInput, naming the field."""
    fields = Fields(values)
    mails = {topic: fields.choice(f"mail-{topic}", list(Mail)) for topic in TOPICS}
    hidden = {
        topic
        for topic, facts in TOPICS.items()
        if not facts.always_shown and f"inbox-{topic}" not in values
    }
    hours = _read_hours(fields, weekends="weekends" in values)
    fields.check()
    chosen = {topic: Mail(mail) for topic, mail in mails.items()}
    return Habits(chosen, frozenset(hidden), hours)


def _read_hours(fields: Fields, *, weekends: bool) -> QuietHours:
    if "quiet" not in fields.values:
        return QuietHours(0, 0, weekends)
    begins, ends = (_read_time(fields, name) for name in ("begins", "ends"))
    if begins is None or ends is None:
        return NEVER_QUIET
    if begins == ends:
        fields.refuse("ends", SAME_HOURS)
    return QuietHours(begins, ends, weekends)


def _read_time(fields: Fields, name: str) -> int | None:
    typed = fields.values.get(name, "")
    minute = minute_of(typed)
    if minute is None:
        fields.refuse(name, NOT_A_TIME if typed.strip() else MISSING)
    return minute
