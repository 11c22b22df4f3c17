"""A county with too few people for its rungs is told so, before and when nobody can go on."""

import pytest
from sqlalchemy import select, update

from marketplace.accounts.models import Membership
from marketplace.accounts.queries import load_identity
from marketplace.certification import commands, queries
from marketplace.certification.rules import ApplicationElsewhere, OwnApplication, Rung
from marketplace.core.identity import Role
from marketplace.notices.models import Notice
from marketplace.producers.rules import OwnProducer
from marketplace.units.commands import NewCentre, create_centre
from marketplace.units.models import OperationsCentre
from tests.certification.conftest import SEEN
from tests.county import START, person


def seen(session, who, application):
    return queries.get_application(session, who, application.id)


def leaves(session, who):
    """Somebody works here no longer."""
    gone = Membership.person_id == who.person_id
    session.execute(update(Membership).where(gone).values(until=START))


@pytest.fixture
def alone(session, office):
    """The county has one who recognises, beside its operators."""
    leaves(session, office.sector)
    centre_id = session.scalars(select(OperationsCentre.id)).one()
    person(session, "head@test", ("CENTRE", centre_id, Role.SYSTEM))
    session.flush()
    return office


def sent_back(session, county, office, who, rung):
    """Sent back from a rung, changed, handed in again."""
    application = office.applied()
    commands.give_back(session, who, (application.id, rung), "缺检测报告", START)
    commands.apply_again(session, county.clerk, application.id, office.wish, START)
    return application


def passes(session, who, application, rung):
    commands.pass_rung(session, who, (application.id, rung), SEEN[rung], START)


def test_the_only_one_who_recognises_gets_stuck_by_taking_an_earlier_rung(session, county, alone):
    """The separation of people holds: the page says why, and what helps."""
    application = sent_back(session, county, alone, alone.certifier, Rung.TOWNSHIP)
    passes(session, alone.township, application, Rung.TOWNSHIP)
    passes(session, county.cashier, application, Rung.SECTOR)
    with pytest.raises(OwnApplication):
        passes(session, alone.certifier, application, Rung.COUNTY)
    for official in (alone.certifier, alone.township, county.auditor):
        found = seen(session, official, application)
        assert (found.turn, found.idle, found.appointers) == (None, "NOBODY", ("head",))
    assert seen(session, county.clerk, application).idle == "CENTRE"


def test_a_second_one_gets_it_going_again(session, county, alone):
    application = sent_back(session, county, alone, alone.certifier, Rung.TOWNSHIP)
    passes(session, alone.township, application, Rung.TOWNSHIP)
    passes(session, county.cashier, application, Rung.SECTOR)
    centre_id = session.scalars(select(OperationsCentre.id)).one()
    second = person(session, "new@test", ("CENTRE", centre_id, Role.CERTIFIER))
    assert seen(session, alone.certifier, application).idle == "STOOD"
    passes(session, second, application, Rung.COUNTY)
    assert application.state == "NOTICE"


def test_whoever_sent_it_back_from_their_own_rung_goes_on(session, county, alone):
    application = alone.applied()
    passes(session, alone.township, application, Rung.TOWNSHIP)
    passes(session, county.cashier, application, Rung.SECTOR)
    place = (application.id, Rung.COUNTY)
    commands.give_back(session, alone.certifier, place, "缺检测报告", START)
    commands.apply_again(session, county.clerk, application.id, alone.wish, START)
    passes(session, alone.township, application, Rung.TOWNSHIP)
    passes(session, county.cashier, application, Rung.SECTOR)
    assert seen(session, alone.certifier, application).turn == Rung.COUNTY


def test_the_only_one_who_recognises_is_warned_before_an_earlier_rung(session, county, alone):
    application = alone.applied()
    assert seen(session, alone.certifier, application).is_last_for_county
    assert not seen(session, alone.township, application).is_last_for_county


def test_with_a_second_one_there_is_nothing_to_warn_of(session, county, office):
    application = office.applied()
    assert not seen(session, office.certifier, application).is_last_for_county


def test_those_of_a_wider_area_count_too(session, county, alone):
    province = create_centre(session, NewCentre("省运营中心", "42", "省中心", "6222", "农商行"))
    person(session, "province@test", ("CENTRE", province.id, Role.CERTIFIER))
    application = alone.applied()
    assert not seen(session, alone.certifier, application).is_last_for_county


def test_those_of_a_wider_area_are_told_where_nobody_is_free_in_the_county(session, county, alone):
    province = create_centre(session, NewCentre("省运营中心", "42", "省中心", "6222", "农商行"))
    who = person(session, "province@test", ("CENTRE", province.id, Role.CERTIFIER))
    application = sent_back(session, county, alone, alone.certifier, Rung.TOWNSHIP)
    passes(session, alone.township, application, Rung.TOWNSHIP)
    asked = (Notice.kind == "certification_waiting", Notice.person_id == who.person_id)
    wanted = select(Notice.params).where(*asked)
    assert session.scalars(wanted).all() == []
    passes(session, county.cashier, application, Rung.SECTOR)
    assert [one["state"] for one in session.scalars(wanted)] == ["SECTOR"]
    assert seen(session, who, application).turn == Rung.COUNTY


def own_role(county, office):
    """One who recognises begins to work for the producer that applies."""
    return {
        "person_id": office.certifier.person_id,
        "organisation_kind": "PRODUCER",
        "organisation_id": county.producer_id,
        "role": "CLERK",
        "since": START,
    }


def test_nobody_takes_a_rung_for_a_producer_they_work_for(session, county, office):
    session.add(Membership(**own_role(county, office)))
    session.flush()
    both = load_identity(session, office.certifier.person_id)
    assert both is not None
    application = office.applied()
    asked = select(Notice.person_id).where(Notice.kind == "certification_waiting")
    assert both.person_id not in session.scalars(asked).all()
    found = seen(session, both, application)
    assert (found.turn, found.idle, found.is_last_for_county) == (None, "OWN", False)
    with pytest.raises(OwnProducer):
        passes(session, both, application, Rung.TOWNSHIP)
    leaves(session, office.sector)
    passes(session, office.township, application, Rung.TOWNSHIP)
    passes(session, county.cashier, application, Rung.SECTOR)
    assert seen(session, office.township, application).idle == "NOBODY"


def test_an_objection_that_nobody_could_answer_is_told_during_the_notice(session, county, office):
    """The certificate comes all the same: only the way to stop it is closed."""
    leaves(session, county.cashier)
    application = office.noticed()
    assert seen(session, office.certifier, application).idle == "NOBODY"


def test_what_is_over_or_with_its_producer_is_not_stuck(session, county, alone):
    application = alone.applied()
    place = (application.id, Rung.TOWNSHIP)
    commands.give_back(session, alone.certifier, place, "缺凭证", START)
    assert seen(session, alone.certifier, application).idle == "RETURNED"
    commands.take_back(session, county.clerk, application.id, START)
    assert seen(session, alone.certifier, application).idle == "OVER"
    with pytest.raises(ApplicationElsewhere):
        passes(session, alone.township, application, Rung.TOWNSHIP)
