"""Those who look at an offline purchase are told when it is their turn."""

from marketplace.notices.rules import OpenNotice
from marketplace.offline import commands
from marketplace.offline.queries.waiting import CHECKS
from tests.contracts.asking import told
from tests.county import START
from tests.offline.steps import filed


def test_whose_turn_it_is_is_told_and_whoever_filed_it_hears_the_end(session, county):
    purchase = filed(session, county)
    assert told(session) == [
        ("approver@test", "offline_filed"),
        ("finance@test", "offline_filed"),
    ]
    notices = [
        OpenNotice(1, county.finance.person_id, "offline_filed", purchase.id, {}),
        OpenNotice(2, county.finance.person_id, "offline_filed", 999, {}),
    ]
    assert CHECKS["offline_filed"](session, notices, START) == {1}
    commands.check_offline(session, county.finance, purchase.id, START)
    assert CHECKS["offline_filed"](session, notices, START) == set()
    assert ("second@test", "offline_checked") in told(session)
    commands.verify_offline(session, county.operator, purchase.id, START)
    assert ("buyer@test", "offline_verified") in told(session)
    assert ("stranger@test", "offline_filed") not in told(session)
