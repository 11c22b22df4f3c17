"""What is typed of an announcement."""

from collections.abc import Mapping
from datetime import date

from marketplace.announcements.rules import Audience, GivenAnnouncement
from marketplace.web.fields import Fields


def read_announcement(values: Mapping[str, str]) -> GivenAnnouncement:
    """For whom, what, and from when to when."""
    fields = Fields(values)
    given = GivenAnnouncement(
        audience=fields.choice("audience", list(Audience)),
        title=fields.text("title", 80),
        words=fields.text("words", 5_000),
        from_on=fields.day("from_on") or date.min,
        until_on=fields.day("until_on") or date.min,
        is_pinned=values.get("is_pinned") == "1",
    )
    fields.check()
    return given


def read_reason(values: Mapping[str, str]) -> str:
    fields = Fields(values)
    reason = fields.text("reason", 200)
    fields.check()
    return reason
