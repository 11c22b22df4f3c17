"""Verbs of the quota: put rules in force, count, move and take back."""

from marketplace.quota.commands.count import close_year, count, reattribute, take_back
from marketplace.quota.commands.publish import (
    change_rule,
    discard_rule,
    draft_rule,
    publish_draft,
    publish_rule,
)
from marketplace.quota.rules.texts import RuleText

__all__ = [
    "RuleText",
    "change_rule",
    "close_year",
    "count",
    "discard_rule",
    "draft_rule",
    "publish_draft",
    "publish_rule",
    "reattribute",
    "take_back",
]
