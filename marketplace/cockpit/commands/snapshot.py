"""Keeping what was counted: each family by itself, so that one that fails stops no other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.cockpit.models import Snapshot, SuggestedMatch
from marketplace.cockpit.queries import count_family
from marketplace.cockpit.rules import Family
from marketplace.core.db import insert_into


def take_snapshot(session: Session, now: datetime) -> None:
    """All families at once, for a database that was just filled."""
    for family in Family:
        keep_family(session, family, count_family(session, family, now), now)


def keep_family(
    session: Session, family: Family, counted: Mapping[str, Mapping[str, Any]], now: datetime
) -> None:
    """Writes a family's figures over those of before. Counties that are no more are dropped."""
    for county, figures in sorted(counted.items()):
        kept = {name: figure for name, figure in figures.items() if name != "rows"}
        row = {"county_code": county, "family": family.value, "figures": kept, "made_at": now}
        statement = insert_into(session, Snapshot).values(row)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["county_code", "family"],
                set_={"figures": kept, "made_at": now},
            )
        )
        if family == Family.MATCHES:
            _replace_matches(session, county, figures["rows"])
    gone = Snapshot.county_code.not_in(sorted(counted))
    session.execute(delete(Snapshot).where(Snapshot.family == family.value, gone))


def _replace_matches(session: Session, county: str, rows: list[dict[str, Any]]) -> None:
    session.execute(delete(SuggestedMatch).where(SuggestedMatch.county_code == county))
    if rows:
        session.execute(insert(SuggestedMatch), [{**row, "county_code": county} for row in rows])
