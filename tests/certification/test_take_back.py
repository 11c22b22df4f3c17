"""A producer takes an application back while the county has not begun to decide."""

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.certification import commands, queries
from marketplace.certification.models import ApplicationStep
from marketplace.certification.rules import ApplicationElsewhere, DecidedAlready, Rung
from marketplace.core.errors import Forbidden, NotFound
from marketplace.notices.models import Notice
from tests.county import START


def take_back(session, who, application):
    return commands.take_back(session, who, application.id, START)


def told(session):
    wanted = select(Notice.person_id).where(Notice.kind == "certification_withdrawn")
    return set(session.scalars(wanted))


@pytest.mark.parametrize("passed", [(), (Rung.TOWNSHIP,)])
def test_what_waits_for_its_first_or_second_step_is_taken_back(session, county, office, passed):
    application = office.applied()
    for rung in passed:
        office.passes(application, rung)
    assert queries.get_application(session, county.clerk, application.id).may_take_back
    take_back(session, county.clerk, application)
    found = queries.get_application(session, county.clerk, application.id)
    assert (found.row.state, found.idle, found.may_take_back) == ("WITHDRAWN", "OVER", False)
    assert (found.steps[-1].rung, found.steps[-1].kind) == ("APPLICANT", "WITHDRAWN")
    assert found.steps[-1].who == county.clerk.name
    (entry,) = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "certification.withdrawn")
    )
    assert entry.actor_id == county.clerk.person_id
    assert entry.after["state"] == "WITHDRAWN"


def test_what_was_sent_back_to_its_producer_is_taken_back_too(session, county, office):
    """Else its products would be held for ever by an application that nobody wants."""
    application = office.applied()
    place = (application.id, Rung.TOWNSHIP)
    commands.give_back(session, office.township, place, "缺少收购凭证", START)
    take_back(session, county.clerk, application)
    assert told(session) == set()
    with pytest.raises(ApplicationElsewhere):
        commands.apply_again(session, county.clerk, application.id, office.wish, START)


def test_its_products_are_free_for_another(session, county, office):
    take_back(session, county.clerk, office.applied())
    assert office.applied().state == "SUBMITTED"


def test_nobody_takes_a_rung_of_what_was_taken_back(session, county, office):
    application = office.applied()
    take_back(session, county.clerk, application)
    with pytest.raises(ApplicationElsewhere):
        office.passes(application, Rung.TOWNSHIP)
    assert commands.issue_due(session, START) == 0


def test_those_it_waited_for_are_told(session, county, office):
    application = office.applied()
    office.passes(application, Rung.TOWNSHIP)
    take_back(session, county.clerk, application)
    assert {office.sector.person_id, office.certifier.person_id} <= told(session)
    assert office.township.person_id not in told(session)
    assert county.clerk.person_id not in told(session)


def test_a_second_click_changes_nothing(session, county, office):
    application = office.applied()
    take_back(session, county.clerk, application)
    take_back(session, county.clerk, application)
    wanted = select(ApplicationStep).where(ApplicationStep.kind == "WITHDRAWN")
    assert len(session.scalars(wanted).all()) == 1


def test_what_the_county_decides_or_decided_is_not_taken_back(session, county, office):
    application = office.applied()
    for rung in (Rung.TOWNSHIP, Rung.SECTOR, Rung.COUNTY):
        office.passes(application, rung)
        if rung != Rung.TOWNSHIP:
            assert not queries.get_application(session, county.clerk, application.id).may_take_back
            with pytest.raises(DecidedAlready):
                take_back(session, county.clerk, application)


def test_what_was_refused_is_not_taken_back(session, county, office):
    application = office.applied()
    place = (application.id, Rung.TOWNSHIP)
    commands.refuse_application(session, office.township, place, "没有带动脱贫户", START)
    with pytest.raises(DecidedAlready):
        take_back(session, county.clerk, application)
    assert queries.get_application(session, county.clerk, application.id).row.state == "REFUSED"


def test_only_its_producers_clerks_take_it_back(session, county, office):
    application = office.applied()
    for stranger in (county.other_clerk, county.buyer, county.shopper):
        with pytest.raises(NotFound):
            take_back(session, stranger, application)
    for official in (office.township, office.certifier, county.auditor):
        with pytest.raises(Forbidden):
            take_back(session, official, application)
