"""A unit's people write and hand in at the same instant."""

from dataclasses import replace

from sqlalchemy import select

from marketplace.filings.commands import submit_filing, write_filing
from marketplace.filings.models import FilingStep
from marketplace.filings.rules import FilingElsewhere, GivenFiling
from tests.county import START
from tests.races.crowd import all_at_once

GIVEN = GivenFiling(120, "OWN", "", 50_000_000, 6_000_000)


def test_nobody_changes_what_was_handed_in_at_the_same_instant(session, engine, county):
    def write(mine, headcount: int):
        given = replace(GIVEN, headcount=headcount)
        return write_filing(mine, county.finance, county.unit_id, 2026, given, now=START)

    filing_id = write(session, 120).id
    session.commit()

    def act(mine, place: int) -> None:
        if place % 2:
            write(mine, 100 + place)
        else:
            submit_filing(mine, county.finance, filing_id, START)

    outcomes = all_at_once(engine, 8, act)
    assert set(outcomes) <= {"done", FilingElsewhere.code}
    kinds = list(session.scalars(select(FilingStep.kind).order_by(FilingStep.id)))
    assert kinds.count("SUBMITTED") == 1
    assert kinds[-1] == "SUBMITTED"
