"""The small county, with two producers who are asked for mushrooms and oil."""

import pytest

from marketplace.contracts import commands as contracts
from marketplace.contracts.queries.inquiries import lines_of_inquiry
from tests.contracts.asking import answered, asked
from tests.county import START, goods


@pytest.fixture
def rival(session, county):
    """The other producer's own mushrooms."""
    return goods(session, county.other_producer_id, "袋料香菇", 5_000)


@pytest.fixture
def inquiry(session, county):
    return contracts.ask(session, county.buyer, county.unit_id, asked(county), START)


@pytest.fixture
def both(session, county, rival, inquiry):
    """Both have answered: ours supplies all for 10×60 + 4×90 + 5, the rival only the mushrooms."""
    first, second = (line.id for line in lines_of_inquiry(session, inquiry.id))
    ours = {first: (county.mushrooms.variant_id, 6_000), second: (county.oil.variant_id, 9_000)}
    mine = (inquiry.id, county.producer_id)
    contracts.answer(session, county.clerk, mine, answered(ours), START)
    theirs = (inquiry.id, county.other_producer_id)
    wanted = answered({first: (rival.variant_id, 4_800)})
    contracts.answer(session, county.other_clerk, theirs, wanted, START)
    return inquiry
