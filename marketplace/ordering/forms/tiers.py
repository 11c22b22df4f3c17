"""Tier prices as a form hands them in: rows of packs and price."""

from collections.abc import Mapping

from marketplace.catalogue.rules.tiers import MOST_TIERS, Tier
from marketplace.core.errors import N_
from marketplace.web.fields import Fields

ONE_AFTER_THE_OTHER = N_("请从第 1 档起依次填写,中间不要空。")


def read_tiers(values: Mapping[str, str]) -> tuple[Tier, ...]:
    """The rows that were filled: from the first on, without a gap."""
    fields = Fields(values)
    rows = [row for row in range(1, MOST_TIERS + 1) if _is_filled(fields, row)]
    tiers = tuple(
        Tier(fields.number(f"from-{row}"), int(fields.yuan(f"price-{row}"))) for row in rows
    )
    if rows and rows != list(range(1, len(rows) + 1)):
        fields.refuse(f"from-{rows[-1]}", ONE_AFTER_THE_OTHER)
    fields.check()
    return tiers


def _is_filled(fields: Fields, row: int) -> bool:
    return any(fields.values.get(f"{name}-{row}", "").strip() for name in ("from", "price"))
