"""Unit price above what the same pack was listed at some days before."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.catalogue.queries.seen import select_prices_at
from marketplace.core.money import PPM
from marketplace.oversight.queries.priced import flags_of_prices, lines, lines_of_units
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds


def find_over_own_price(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Against the price that held so many days before the month; of a newer pack its first."""
    before = select_prices_at(span.before_month(thresholds["days"]))
    chosen = (
        lines_of_units(
            thresholds["least_fen"],
            lines.unit_price_fen.label("price"),
            before.c.price_fen.label("compared"),
        )
        .join(before, before.c.variant_id == lines.variant_id)
        .where(lines.unit_price_fen * PPM > before.c.price_fen * thresholds["factor_ppm"])
    )
    yield from flags_of_prices(session, chosen, span)
