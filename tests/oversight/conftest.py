"""A signal of the small county: an order that is what was missing to the fen."""

import pytest
from sqlalchemy import select

from marketplace.oversight.commands import look
from marketplace.oversight.models import Signal
from marketplace.oversight.queries.versions import get_version
from marketplace.oversight.rules.kinds import Kind
from tests.county import START, goods
from tests.ordering.steps import placed
from tests.oversight.finding import DAY


@pytest.fixture
def signal(session, county):
    crate = goods(session, county.producer_id, "整箱香菇", 500_000)
    placed(session, county, county.wish((crate, 10)))
    look(session, get_version(session, Kind.EXACT_GAP, 1), DAY, START)
    session.commit()
    return session.scalars(select(Signal)).one()
