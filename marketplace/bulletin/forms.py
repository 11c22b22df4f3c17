"""What people write into a bulletin."""

from collections.abc import Collection, Mapping

from marketplace.bulletin.rules import MOST_REASON, MOST_TITLE, MOST_WORDS
from marketplace.web.fields import Fields


def read_period(values: Mapping[str, str]) -> str:
    """A month like 2026-10; that it is one and over is asked by the command."""
    fields = Fields(values)
    period = fields.text("period", 7)
    fields.check()
    return period


def read_wording(
    values: Mapping[str, str], units: Collection[str]
) -> tuple[int, str, str, dict[str, str]]:
    """(turn, title, words, reasons of these units)."""
    fields = Fields(values)
    turn = fields.number("turn")
    title, words = fields.text("title", MOST_TITLE), fields.text("words", MOST_WORDS)
    reasons = {
        unit: fields.text(f"reason-{unit}", MOST_REASON, required=False)
        for unit in units
        if f"reason-{unit}" in values
    }
    fields.check()
    return turn, title, words, reasons


def read_why(values: Mapping[str, str]) -> str:
    fields = Fields(values)
    words = fields.text("why", 500)
    fields.check()
    return words
