"""A list to be kept: its name, whose it is, and what is on it."""

from collections.abc import Collection, Iterable, Mapping

from marketplace.ordering.forms.checkout import PERSONAL
from marketplace.ordering.rules import MAX_QUANTITY
from marketplace.ordering.rules.templates import LONGEST_NAME, plain_name
from marketplace.web.fields import TOO_LONG, Fields


def read_list_name(values: Mapping[str, str], unit_ids: Collection[int]) -> tuple[int | None, str]:
    """(unit, or None for oneself; name)."""
    fields = Fields(values)
    owner = fields.choice("owner", {PERSONAL, *map(str, unit_ids)})
    typed = fields.text("list_name", LONGEST_NAME)
    name = plain_name(typed)
    # One character may become several: what fitted as it was typed may be too long as it is kept.
    if len(name) > LONGEST_NAME >= len(typed):
        fields.refuse("list_name", TOO_LONG, most=LONGEST_NAME, length=len(name))
    fields.check()
    return (None if owner == PERSONAL else int(owner)), name


def read_quantities(values: Mapping[str, str], variant_ids: Iterable[int]) -> dict[int, int]:
    """How many packs of each; an empty field or 0 takes it off the list."""
    fields = Fields(values)
    packs = {key: fields.count(f"quantity-{key}", most=MAX_QUANTITY) for key in variant_ids}
    fields.check()
    return packs
