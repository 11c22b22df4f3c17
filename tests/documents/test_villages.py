"""The village ledger: public, without buyers, and its tables sum to the same fen."""

import pytest

from marketplace.core.errors import NotFound
from marketplace.documents.queries.villages import get_year, ledger
from marketplace.documents.rules.kinds import read_subject
from marketplace.documents.rules.sheet import Yuan
from tests.county import HUIGOU, START, YUNCAI
from tests.documents.asking import ask
from tests.ordering.steps import completed


def test_its_tables_sum_to_what_the_village_sold(session, county):
    completed(session, county, county.wish((county.mushrooms, 7), (county.noodles, 3)))
    session.commit()
    wholes = []
    for village in (HUIGOU, YUNCAI):
        of = get_year(session, county.shopper, read_subject(f"village:{village}/2026"))
        sheet = ledger(session, of, START.date())
        totals = {table.total[2] for table in sheet.tables}
        assert totals == {Yuan(sheet.sum_fen or 0)}
        assert "财政局" not in repr(sheet)
        wholes.append(sheet.sum_fen or 0)
    assert sum(wholes) == 7 * 6_403 + 3 * 1_999
    assert ask(session, county.shopper, "village_ledger", f"village:{HUIGOU}/2026", "xlsx")


def test_there_is_none_of_a_village_that_is_not(session, county):
    with pytest.raises(NotFound):
        get_year(session, county.shopper, read_subject("village:1/2026"))
