"""Proving outlets: receipts, stock, villages, quota and kept sums agree."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.attribution.queries import proof as villages
from marketplace.catalogue.queries.sold import outlets_below_zero, sold_by_sale
from marketplace.outlets.queries import proof
from marketplace.quota.queries import summed_by_receipt
from marketplace.reports.queries.comparison import Break, Comparison, compare


def outlets_agree(session: Session, _orders: object) -> Iterator[Comparison]:
    """What an outlet's receipts sold is what its villages have, what left its shelves, what its
    months keep; and what units agreed to is what counts for them."""
    yield compare("outlet.receipt", *proof.receipt_figures(session), _receipt)
    sold, packs = proof.line_figures(session)
    credited = villages.amounts_by_receipt_line(session)
    yield compare("outlet.villages", sold, credited, lambda key: f"outlet_sale:{key}")
    left = sold_by_sale(session)
    yield compare("outlet.stock", packs, left, lambda key: f"outlet_sale:{key}")
    counted, entered = proof.counted_by_receipt(session), summed_by_receipt(session)
    yield compare("outlet.quota", counted, entered, _receipt)
    yield compare("outlet.month", *proof.month_figures(session), lambda key: f"outlet:{key}")
    breaks = (
        Break("outlet.shelf", f"outlet:{outlet_id}/batch:{batch_id}", 0, there)
        for outlet_id, batch_id, there in outlets_below_zero(session)
    )
    yield Comparison("outlet.shelf", tuple(breaks))


def _receipt(key: object) -> str:
    return f"outlet_receipt:{key}"
