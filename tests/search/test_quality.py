"""Search quality as a number over what people type, and the floor that it must keep."""

import pytest
from sqlalchemy.orm import Session

from benchmarks.quality import judge, read_labelled
from marketplace.core.clock import day_of
from marketplace.demonstration.county import build
from marketplace.search.engines import choose_engine
from marketplace.search.local.copy import LocalCopy
from tests.conftest import NOON
from tests.search.indexing import index

# What was reached on 24 November 2026, rounded down.
LEAST_SUCCESS, LEAST_RANK = 0.98, 0.97


def test_the_labelled_queries_are_many_and_each_is_typed_once():
    typed = [labelled.typed for labelled in read_labelled()]
    assert len(typed) >= 300
    assert len(set(typed)) == len(typed)


@pytest.mark.slow
def test_what_people_mean_is_among_the_first_five_in_either_engine(session: Session, tmp_path):
    build(session, NOON, deals=200)
    found = []
    for engine in ("tantivy", "whoosh"):
        index(session, tmp_path, engine)
        copy = LocalCopy(tmp_path / "search", choose_engine(engine))
        found.append(judge(session, copy, day_of(NOON)))
    assert found[0] == found[1]
    assert found[0].success >= LEAST_SUCCESS, found[0].missed
    assert found[0].mean_reciprocal_rank >= LEAST_RANK
