"""Buying for one unit at once: whoever enters a purchase and whoever holds the unit do not wait in
a circle."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from marketplace.core.db import prepare_engine
from marketplace.ordering import commands as ordering
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.engines import SEALER
from tests.races.crowd import all_at_once

CROWD = 8


@pytest.fixture
def crowded(database_url: str) -> Iterator[Engine]:
    """An engine with a connection for everyone."""
    engine = create_engine(database_url, pool_size=CROWD + 2)
    prepare_engine(engine, SEALER)
    yield engine
    engine.dispose()


def test_many_who_enter_and_approve_in_one_go_do_not_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    """A purchase names its unit, which keeps the unit's row from going; approving holds it."""
    wish = county.wish((county.mushrooms, 1))

    def buy(mine: Session, _place: int) -> None:
        purchase = ordering.draft_purchase(mine, county.buyer, wish, START)
        ordering.submit(mine, county.buyer, purchase.id, START)
        ordering.approve(mine, county.approver, purchase.id, START)

    assert all_at_once(crowded, CROWD, buy) == ["done"] * CROWD
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []
