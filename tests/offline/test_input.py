"""What cannot be filed offline is named; what was filed is never rewritten unseen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from marketplace.core.errors import InvalidInput
from marketplace.offline.rules import GivenLine
from marketplace.reports.queries import reconcile
from tests.offline.steps import PROOF, filed, verified
from tests.reports.test_reconcile import forge

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": (GivenLine(1, 1, 100),) * 51}, "lines"),
        ({"lines": (GivenLine(1, 0, 100),)}, "packs-1"),
        ({"lines": (GivenLine(1, -1, 100),)}, "packs-1"),
        ({"lines": (GivenLine(1, 1, 0),)}, "packs-1"),
        ({"lines": (GivenLine(1, 10**9, 100),)}, "packs-1"),
        ({"lines": (GivenLine(1, 1, 10**15),), "invoice_fen": 10**15}, "packs-1"),
        ({"lines": (GivenLine(999, 1, 100),)}, "packs-999"),
        ({"producer_id": 2}, "packs-1"),
        ({"invoice_fen": 73_930}, "invoice_amount"),
        ({"bought_on": TODAY + timedelta(days=1)}, "bought_on"),
        ({"bought_on": date(2024, 12, 31)}, "bought_on"),
        ({"invoice_number": "1" * 19}, "invoice_number"),
        ({"invoice_number": "2642200000000000000\0"}, "invoice_number"),
        ({"proof": None}, "proof"),
        ({"photograph": None}, "photograph"),
        ({"photograph": replace(PROOF, field="photograph")}, "photograph"),
    ],
)
def test_what_cannot_be_filed_is_refused_by_its_field(session, county, changes, field):
    with pytest.raises(InvalidInput) as refused:
        filed(session, county, **changes)
    assert field in [error.field for error in refused.value.errors]


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE offline_line SET amount_fen = amount_fen - 1 WHERE id = 1", "offline.goods"),
        ("UPDATE offline_line SET amount_fen = amount_fen - 1 WHERE id = 1", "offline.quota"),
        ("UPDATE quota_entry SET amount_fen = amount_fen + 1", "offline.quota"),
        ("UPDATE quota_entry SET offline_line_id = 99", "offline.quota"),
        ("UPDATE attribution_entry SET amount_fen = amount_fen + 1", "offline.villages"),
        ("UPDATE offline_purchase SET state = 'REVERSED'", "offline.villages"),
        ("UPDATE invoice_number SET number = 'x'", "invoice.number"),
        ("UPDATE invoice_number SET holder = 'order:1'", "invoice.number"),
    ],
)
def test_case_14_a_tampered_row_is_found(session, county, statement, check):
    verified(session, county)
    session.commit()
    assert reconcile(session) == []
    forge(session, statement)
    session.expire_all()
    assert check in {found.check for found in reconcile(session)}


def test_the_steps_are_never_rewritten(session, county):
    filed(session, county)
    session.commit()
    with pytest.raises(DatabaseError):
        session.execute(text("UPDATE offline_step SET words = 'x'"))
