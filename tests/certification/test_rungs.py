"""An application climbs three rungs, each with another person, and waits out its public notice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.audit.models import AuditEntry
from marketplace.catalogue.commands import certify
from marketplace.catalogue.rules import Certificate
from marketplace.certification import commands, queries
from marketplace.certification.queries.waiting import still_waiting
from marketplace.certification.rules import (
    AlreadyApplied,
    ApplicationElsewhere,
    OwnApplication,
    RenewalTooEarly,
    RequirementsOpen,
    Rung,
    Terms,
    Verdict,
    Wish,
    valid_days,
)
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.notices.models import Notice
from marketplace.notices.rules import OpenNotice
from marketplace.ordering.rules.refusals import ReasonNeeded
from marketplace.producers.models import Producer
from tests.certification.conftest import certificates, product_of
from tests.county import START

AFTER = START + timedelta(days=8)


def test_a_renewal_begins_where_the_old_one_ends():
    today = date(2026, 11, 23)
    assert valid_days(today, None, 3) == (today, date(2029, 11, 22))
    assert valid_days(today, date(2026, 12, 31), 3) == (date(2027, 1, 1), date(2029, 12, 31))
    assert valid_days(today, date(2026, 1, 1), 1) == (today, date(2027, 11, 22))
    assert valid_days(date(2028, 2, 29), None, 1) == (date(2028, 2, 29), date(2029, 2, 28))
    assert valid_days(date(2028, 2, 29), None, 4) == (date(2028, 2, 29), date(2032, 2, 28))


def test_an_application_becomes_a_certificate(session, county, office):
    application = office.noticed()
    assert application.state == "NOTICE"
    assert application.notice_until == date(2026, 11, 30)
    assert commands.issue_due(session, START + timedelta(days=7)) == 0
    assert commands.issue_due(session, AFTER) == 1
    (certificate,) = certificates(session, county)
    assert certificate.number == f"RD2026-{application.id:05d}-01"
    assert (certificate.valid_from, certificate.valid_until) == (
        date(2026, 12, 1),
        date(2029, 11, 30),
    )
    assert product_of(session, county).certification_number == certificate.number
    assert commands.issue_due(session, AFTER) == 0
    found = queries.get_application(session, county.clerk, application.id)
    deeds = [(one.rung, one.kind) for one in found.steps]
    assert deeds == [
        ("APPLICANT", "APPLIED"),
        ("TOWNSHIP", "PASSED"),
        ("SECTOR", "PASSED"),
        ("COUNTY", "PASSED"),
        ("NOTICE", "CERTIFIED"),
    ]
    assert found.steps[-1].who is None
    assert all(one.state == "MET" for one in found.requirements)
    assert session.query(AuditEntry).filter_by(action="certification.certified").count() == 1


def test_nobody_stands_on_two_rungs(session, county, office):
    application = office.applied()
    office.passes(application, Rung.TOWNSHIP)
    with pytest.raises(OwnApplication):
        commands.pass_rung(
            session,
            office.township,
            (application.id, Rung.SECTOR),
            [Verdict("QUALITY_SEEN")],
            START,
        )
    office.passes(application, Rung.SECTOR)
    with pytest.raises(OwnApplication):
        commands.pass_rung(session, office.sector, (application.id, Rung.COUNTY), [], START)
    assert queries.get_application(session, office.sector, application.id).turn is None
    assert queries.get_application(session, office.certifier, application.id).turn == "COUNTY"


def test_whoever_sent_it_back_may_look_again_but_on_the_same_rung_only(session, county, office):
    application = office.applied()
    place = (application.id, Rung.TOWNSHIP)
    commands.give_back(session, office.township, place, "缺少收购凭证", START)
    assert application.state == "RETURNED"
    commands.apply_again(session, county.clerk, application.id, office.wish, START)
    office.passes(application, Rung.TOWNSHIP)
    with pytest.raises(OwnApplication):
        commands.give_back(session, office.township, (application.id, Rung.SECTOR), "另一级", START)


def test_only_those_who_recognise_decide_for_the_county(session, county, office):
    application = office.applied()
    office.passes(application, Rung.TOWNSHIP)
    office.passes(application, Rung.SECTOR)
    for stranger in (county.cashier, county.auditor, county.clerk):
        with pytest.raises(Forbidden):
            commands.pass_rung(session, stranger, (application.id, Rung.COUNTY), [], START)
    for stranger in (county.other_clerk, county.buyer, county.shopper):
        with pytest.raises(NotFound):
            commands.pass_rung(session, stranger, (application.id, Rung.COUNTY), [], START)


def test_a_rung_that_was_taken_is_not_taken_again(session, county, office):
    application = office.applied()
    office.passes(application, Rung.TOWNSHIP)
    with pytest.raises(ApplicationElsewhere):
        office.passes(application, Rung.TOWNSHIP)
    with pytest.raises(ApplicationElsewhere):
        commands.give_back(session, office.sector, (application.id, "NOWHERE"), "x", START)


def test_nothing_passes_with_an_open_requirement(session, county, office):
    application = office.applied()
    with pytest.raises(RequirementsOpen) as refused:
        commands.pass_rung(session, office.township, (application.id, Rung.TOWNSHIP), [], START)
    assert refused.value.params["number"] == 1


def test_what_the_system_misses_is_waived_with_a_reason_only(session, county, office):
    session.get_one(Producer, county.producer_id).food_licence = ""
    application = office.applied()
    office.passes(application, Rung.TOWNSHIP)
    office.passes(application, Rung.SECTOR)
    place = (application.id, Rung.COUNTY)
    with pytest.raises(RequirementsOpen):
        commands.pass_rung(session, office.certifier, place, [], START)
    with pytest.raises(InvalidInput):
        commands.pass_rung(session, office.certifier, place, [Verdict("FOOD_LICENCE")], START)
    waived = Verdict("FOOD_LICENCE", "初级农产品,不需要食品许可")
    commands.pass_rung(session, office.certifier, place, [waived], START)
    found = queries.get_application(session, county.clerk, application.id)
    (row,) = [one for one in found.requirements if one.code == "FOOD_LICENCE"]
    assert (row.state, row.who, row.words) == ("WAIVED", office.certifier.name, waived.waived)


def test_what_was_missing_and_is_there_now_is_met(session, county, office):
    session.get_one(Producer, county.producer_id).food_licence = ""
    application = office.applied()
    session.get_one(Producer, county.producer_id).food_licence = "JY1"
    for rung in (Rung.TOWNSHIP, Rung.SECTOR, Rung.COUNTY):
        office.passes(application, rung)
    assert application.state == "NOTICE"


def test_an_objection_stops_the_notice(session, county, office):
    application = office.noticed()
    other = office.county.cashier
    place = (application.id, Rung.NOTICE)
    with pytest.raises(OwnApplication):
        commands.give_back(session, office.certifier, place, "异议成立", START)
    commands.give_back(session, other, place, "群众反映产地不符,核查属实", START)
    assert application.state == "RETURNED"
    assert commands.issue_due(session, AFTER) == 0
    assert certificates(session, county) == []


def test_a_no_says_why_and_frees_the_products(session, county, office):
    application = office.applied()
    place = (application.id, Rung.TOWNSHIP)
    with pytest.raises(ReasonNeeded):
        commands.refuse_application(session, office.township, place, " ", START)
    commands.refuse_application(session, office.township, place, "没有带动脱贫户", START)
    assert office.applied().id != application.id


def test_a_product_is_in_one_open_application(session, county, office):
    office.applied()
    with pytest.raises(AlreadyApplied):
        office.applied()


def test_a_renewal_waits_for_its_time(session, county, office):
    wish = Wish((county.mushrooms.product_id,), "带动", office.wish.attested)
    with pytest.raises(RenewalTooEarly):
        commands.apply(session, county.clerk, county.producer_id, wish, START)


def test_a_renewal_follows_the_certificate_in_force(session, county, office):
    old = Certificate("旧证 1", "郧阳区", date(2024, 1, 1), date(2026, 12, 31))
    certify(session, county.oil.product_id, old, START)
    application = office.noticed()
    commands.issue_due(session, AFTER)
    new = next(one for one in certificates(session, county) if one.number != "旧证 1")
    assert new.valid_from == date(2027, 1, 1)
    assert product_of(session, county).certification_number == "旧证 1"
    found = queries.get_application(session, county.clerk, application.id)
    assert found.products[0].renews == "旧证 1"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"product_ids": ()}, "products"),
        ({"statement": " "}, "statement"),
        ({"statement": "x" * 1001}, "statement"),
        ({"attested": frozenset({"PRICE_FAIR"})}, "BENEFIT_TRUE"),
    ],
)
def test_an_application_that_lacks_something_names_it(session, county, office, change, field):
    wish = Wish(**{**vars(office.wish), **change})
    with pytest.raises(InvalidInput) as refused:
        commands.apply(session, county.clerk, county.producer_id, wish, START)
    assert field in {error.field for error in refused.value.errors}


def test_nobody_applies_for_the_goods_of_others(session, county, office):
    wish = Wish((county.noodles.product_id,), "带动", office.wish.attested)
    with pytest.raises(NotFound):
        commands.apply(session, county.clerk, county.producer_id, wish, START)
    with pytest.raises(NotFound):
        commands.apply(session, county.other_clerk, county.producer_id, office.wish, START)


def test_the_county_sets_its_own_terms(session, county, office):
    with pytest.raises(Forbidden):
        commands.set_terms(session, county.operator, "420304", Terms(7, 2, "区专班"), START)
    for wrong in (Terms(0, 2, "x"), Terms(5, 11, "x"), Terms(5, 3, " ")):
        with pytest.raises(InvalidInput):
            commands.set_terms(session, office.certifier, "420304", wrong, START)
    commands.set_terms(session, office.certifier, "420304", Terms(7, 2, "区专班"), START)
    commands.set_terms(session, office.certifier, "420304", Terms(7, 2, "专班"), START)
    wanted = select(AuditEntry).where(AuditEntry.action == "certification.terms")
    first, second = session.scalars(wanted.order_by(AuditEntry.id))
    assert (first.before, second.before) == (None, first.after)
    commands.set_terms(session, office.certifier, "420304", Terms(7, 2, "区专班"), START)
    application = office.noticed()
    assert application.notice_until == date(2026, 12, 2)
    commands.issue_due(session, START + timedelta(days=10))
    (certificate,) = certificates(session, county)
    assert (certificate.issuer, certificate.valid_until) == ("区专班", date(2028, 12, 2))


def test_steps_are_never_rewritten(session, county, office):
    office.applied()
    session.commit()
    for statement in ("UPDATE application_step SET words = 'x'", "DELETE FROM application_step"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_people_are_told_whose_turn_it_is_and_what_came_of_it(session, county, office):
    application = office.applied()
    told = {one.person_id for one in session.query(Notice).filter_by(kind="certification_waiting")}
    assert {office.township.person_id, office.sector.person_id} <= told
    one = session.query(Notice).filter_by(kind="certification_waiting").first()
    open_notice = OpenNotice(one.id, one.person_id, one.kind, one.object_id, one.params)
    assert still_waiting(session, [open_notice], START) == {one.id}
    office.passes(application, Rung.TOWNSHIP)
    assert still_waiting(session, [open_notice], START) == set()
    office.passes(application, Rung.SECTOR)
    office.passes(application, Rung.COUNTY)
    kinds = {one.kind for one in session.query(Notice).filter_by(person_id=county.clerk.person_id)}
    assert kinds == {"certification_notice"}
