"""Two who merge two villages into each other at once: one is too late, and nobody is stuck."""

from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.geography.commands import abolish_village, hold_villages, succeed_village
from marketplace.geography.queries import get_village
from marketplace.geography.rules import SuccessionCircle, VillageAbolished
from tests.county import HUIGOU, START, YUNCAI, County
from tests.races.crowd import all_at_once

CROWD = 8
ENDED = (date(2026, 10, 1), "批复")


def test_villages_that_are_merged_into_each_other_do_not_wait_in_a_circle(
    session: Session, crowded: Engine, county: County
) -> None:
    pairs = ((HUIGOU, YUNCAI), (YUNCAI, HUIGOU))

    def merge(mine: Session, place: int) -> None:
        code, successor = pairs[place % 2]
        hold_villages(mine, {code, successor})
        abolish_village(mine, county.operator, code, ENDED, START)
        succeed_village(mine, county.operator, code, (successor, "批复"), START)

    said = all_at_once(crowded, CROWD, merge)
    with Session(crowded) as fresh:
        ended = [one for one in (HUIGOU, YUNCAI) if get_village(fresh, one).abolished_on]
    assert len(ended) == 1
    assert said.count("done") == CROWD // 2
    assert set(said) <= {"done", SuccessionCircle.code, VillageAbolished.code}
