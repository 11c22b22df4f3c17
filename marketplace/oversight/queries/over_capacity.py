"""A workshop that sold more than it says it can make."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.capacity.queries import list_confirmed
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds


def find_over_capacity(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Of the year so far, against the capacity that holds today: once a workshop and year."""
    year = span.last_on.year
    for row in list_confirmed(session, year, before=span.until):
        if row.used_ppm <= thresholds["factor_ppm"]:
            continue
        yield Flag(
            key=f"workshop:{row.workshop_id}/{year}",
            subject=("workshop", row.workshop_id),
            happened_on=span.last_on,
            producer_id=row.producer_id,
            figures={
                "workshop": row.workshop_name,
                "period": row.period,
                "measure": row.measure,
                "capacity": row.amount,
                "sold": row.sold,
                "part_ppm": row.used_ppm,
                "year": year,
            },
            things={"workshop": [row.workshop_id]},
        )
