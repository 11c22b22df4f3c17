"""What an official types of the county's rule."""

from collections.abc import Mapping
from datetime import date

from marketplace.livestream.rules.county import MOST_DAYS, MOST_HOURS, MOST_REASON, RuleWish
from marketplace.web.fields import Fields


def read_rule(values: Mapping[str, str]) -> RuleWish:
    fields = Fields(values)
    wish = RuleWish(
        window_days=_needed(fields, "window_days", MOST_DAYS),
        grace_hours=_needed(fields, "grace_hours", MOST_HOURS),
        code_beats_link=values.get("code_beats_link") == "1",
        units_earn=values.get("units_earn") == "1",
        from_on=fields.day("from_on") or date.max,
        reason=fields.text("reason", MOST_REASON),
        seen_version=fields.count("seen", most=1_000_000),
    )
    fields.check()
    return wish


def _needed(fields: Fields, name: str, most: int) -> int:
    """A number that may be zero, but not left out."""
    return fields.number(name, least=0, most=most, default=-1)
