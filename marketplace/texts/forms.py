"""What was typed into a draft, and which version an address means."""

from collections.abc import Mapping

from marketplace.core.errors import NotFound
from marketplace.texts.commands import GivenText
from marketplace.texts.rules import MOST_BODY, MOST_REASON, MOST_TITLE
from marketplace.web.fields import Fields

Values = Mapping[str, str]


def read_text(values: Values, *, is_change: bool) -> GivenText:
    """A draft; a change says what changes. Raises InvalidInput."""
    fields = Fields(values)
    given = GivenText(
        title=fields.text("title", MOST_TITLE),
        body=fields.text("body", MOST_BODY),
        reason=fields.text("reason", MOST_REASON, required=is_change),
        in_force_from=fields.day("in_force_from", required=False),
        edition=read_edition(values),
    )
    fields.check()
    return given


def read_edition(values: Values) -> int:
    """Which edition of the draft the form showed; what no form of ours sends is the none."""
    return _number(values.get("edition", "")) or 0


def read_version(values: Values, name: str) -> int | None:
    """The version an address names; None where it names none. Raises NotFound for nonsense."""
    typed = values.get(name, "")
    if not typed:
        return None
    number = _number(typed)
    if not number:
        raise NotFound
    return number


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
