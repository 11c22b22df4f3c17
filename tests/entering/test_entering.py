"""From an application to a producer: four persons, requirements as rows, days of notice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.accounts.queries import load_identity
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.entering import commands
from marketplace.entering.models import EntryApplication, EntryStep
from marketplace.entering.queries import get_entry, get_paper, list_shown
from marketplace.entering.rules.application import Benefit
from marketplace.entering.rules.requirements import Settled
from marketplace.entering.rules.states import (
    EntryElsewhere,
    OpenRequirements,
    OwnEntryStep,
    ReasonMissing,
)
from marketplace.notices.models import Notice
from marketplace.payments.queries import list_accounts_of
from marketplace.payments.rules.accounts import Holder
from marketplace.producers.commands import set_term
from marketplace.producers.models import Producer
from marketplace.producers.queries import get_producer
from marketplace.producers.rules import Papers, UsccTaken, make_uscc
from tests.county import START
from tests.entering.steps import given, officers, settle_all, shown, submitted
from tests.seating import seat

DAY = timedelta(days=1)
FIRST = PageRequest(1, 50)


@pytest.fixture
def three(session, county):
    return officers(session, county)


def fields_of(refusal):
    return {error.field for error in refusal.value.errors}


def test_a_draft_is_kept_and_may_leave_anything_open(session, county):
    first = commands.write_entry(session, county.shopper, given(name="菌", uscc=""), START)
    again = commands.write_entry(session, county.shopper, given(name="菌业"), START)
    assert (first.id, again.name, again.state) == (again.id, "菌业", "DRAFT")
    with pytest.raises(NotFound):
        get_entry(session, county.operator, first.id)
    assert get_entry(session, county.shopper, first.id).turn == "amend"


def test_handing_in_names_everything_that_is_missing(session, county):
    empty = given(
        name="", kind="", uscc="93420304", village_code="999999999999", phone="", legal_name="",
        legal_tail="12", bank="", bank_number="12", benefits=(), licence=None, food_paper=None,
        attested=frozenset(), papers=Papers("LICENCE", "", date(2020, 1, 1), date(2020, 1, 1)),
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refusal:
        commands.submit_entry(session, county.shopper, empty, START)
    assert fields_of(refusal) == {
        "name", "kind", "phone", "uscc", "food_number", "food_valid_until", "licence_valid_until",
        "bank_number", "benefit_village-1", "legal_name", "legal_tail", "bank", "licence",
        "food_paper", "attest-true", "attest-account", "attest-conduct", "village_code",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("benefits", "field"),
    [
        ((Benefit("420304106205", "WAGE", 0),), "households-1"),
        ((Benefit("420304106205", "WAGE", 10**9),), "households-1"),
        ((Benefit("420304106205", "GIFT", 3),), "benefit_kind-1"),
        (
            (Benefit("420304106205", "WAGE", 3), Benefit("420304106205", "WAGE", 3, row=4)),
            "benefit_village-4",
        ),
        ((Benefit("420304999999", "WAGE", 3, row=2),), "benefit_village-2"),
    ],
)
def test_rows_of_villages_are_refused_where_they_stand(session, county, benefits, field):
    with pytest.raises(InvalidInput) as refusal:
        submitted(session, county, benefits=benefits)
    assert fields_of(refusal) == {field}


def test_a_licence_belongs_to_one_producer(session, county):
    with pytest.raises(UsccTaken):
        submitted(session, county, uscc=make_uscc("420304", 1))
    submitted(session, county)
    session.commit()
    with pytest.raises(UsccTaken):
        commands.submit_entry(session, county.stranger, given(name="另一家"), START)


def test_requirements_stand_as_rows(session, county, three):
    application = submitted(session, county)
    rows = {
        one.code: one.state
        for one in get_entry(session, county.shopper, application.id).requirements
    }
    assert rows == {
        "uscc": "CHECKED", "village": "CHECKED", "validity": "CHECKED",
        "true": "ATTESTED", "account": "ATTESTED", "conduct": "ATTESTED",
        "licence": "OPEN", "food": "OPEN", "legal": "OPEN", "benefits": "OPEN",
    }  # fmt: skip
    waive = ("legal", Settled.WAIVED, " ")
    with pytest.raises(ReasonMissing):
        commands.settle_requirement(session, three.township, application.id, waive, START)
    waive = ("legal", Settled.WAIVED, "法人到场核对过")
    commands.settle_requirement(session, three.township, application.id, waive, START)
    attest = ("true", Settled.VERIFIED, "")
    with pytest.raises(NotFound):
        commands.settle_requirement(session, three.township, application.id, attest, START)
    found = {
        one.code: one for one in get_entry(session, county.shopper, application.id).requirements
    }
    assert (found["legal"].state, found["legal"].words) == ("WAIVED", "法人到场核对过")


def test_the_longest_reason_fits_into_the_log(session, county, three, client):
    """The step keeps the code of the requirement before the words: PostgreSQL cuts nothing off."""
    application = submitted(session, county)
    session.commit()
    page = seat(client, three.township).get(f"/enter/{application.id}").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    address = f"/enter/{application.id}/requirements/benefits/waive"
    for letters, status in ((401, 422), (400, 302)):
        answer = client.post(address, data={"csrf_token": token, "words": "核" * letters})
        assert answer.status_code == status, letters
    longest = EntryStep.words.type.length
    assert all(len(words) <= longest for words in session.scalars(select(EntryStep.words)))


def test_who_sells_no_food_is_asked_for_no_food_paper(session, county):
    application = submitted(session, county, papers=Papers(), food_paper=None)
    codes = {one.code for one in get_entry(session, county.shopper, application.id).requirements}
    assert "food" not in codes


def test_nothing_is_recommended_while_a_requirement_is_open(session, county, three):
    application = submitted(session, county)
    commands.pass_entry(session, three.township, application.id, "属实", START)
    with pytest.raises(OpenRequirements) as refusal:
        commands.pass_entry(session, three.recommender, application.id, "", START)
    assert refusal.value.params == {"number": 4}


def test_the_township_says_its_opinion(session, county, three):
    application = submitted(session, county)
    with pytest.raises(ReasonMissing):
        commands.pass_entry(session, three.township, application.id, " ", START)


def test_nobody_takes_two_steps(session, county, three):
    application = submitted(session, county)
    settle_all(session, three.township, application.id, START)
    commands.pass_entry(session, three.township, application.id, "属实", START)
    with pytest.raises(OwnEntryStep):
        commands.pass_entry(session, three.township, application.id, "", START)
    session.commit()
    with pytest.raises(DatabaseError, match=r"(?i)check"):
        session.execute(text("UPDATE entry_application SET recommended_by = prechecked_by"))


def test_an_officer_does_not_look_at_their_own_application(session, county, three):
    own = commands.submit_entry(session, three.township, given(), START)
    with pytest.raises(OwnEntryStep):
        commands.pass_entry(session, three.township, own.id, "属实", START)


@pytest.mark.parametrize("who", ["auditor", "shopper", "clerk"])
def test_only_the_role_takes_the_step(session, county, three, who):
    application = submitted(session, county)
    kind = Forbidden if who != "clerk" else NotFound
    with pytest.raises(kind):
        commands.pass_entry(session, getattr(county, who), application.id, "属实", START)
    settle_all(session, three.township, application.id, START)
    commands.pass_entry(session, three.township, application.id, "属实", START)
    commands.pass_entry(session, three.recommender, application.id, "", START)
    with pytest.raises(Forbidden):
        commands.pass_entry(session, county.cashier, application.id, "", START)


def test_after_the_days_of_notice_the_producer_exists(session, county, three):
    application = shown(session, county, three)
    assert (application.notice_from, application.notice_until) == (
        date(2026, 11, 24),
        date(2026, 11, 28),
    )
    (one,) = list_shown(session, date(2026, 11, 28), FIRST).items
    assert one.name == "龙韵村菌业合作社"
    beyond = list_shown(session, date(2026, 11, 28), PageRequest(2, 50))
    assert (list(beyond.items), beyond.total) == ([], 1)
    assert commands.admit_due(session, START + 5 * DAY) == 0
    assert commands.admit_due(session, START + 6 * DAY) == 1
    assert commands.admit_due(session, START + 6 * DAY) == 0
    entered = session.get_one(EntryApplication, application.id)
    assert entered.state == "ENTERED"
    producer = get_producer(session, entered.producer_id or 0)
    assert (producer.food_licence, producer.food_kind) == ("JY14203040000001", "LICENCE")
    assert (producer.verified_on, producer.verify_by) == (date(2026, 11, 29), date(2027, 5, 28))
    clerk = load_identity(session, county.shopper.person_id)
    assert clerk is not None
    assert clerk.has_role("PRODUCER", producer.id, "CLERK")
    (account,) = list_accounts_of(session, Holder(producer_id=producer.id))
    assert (str(account.number), account.holder) == ("6222000011112222", "龙韵村菌业合作社")
    assert list_shown(session, date(2026, 11, 29), FIRST).total == 0


def test_the_days_of_notice_are_data(session, county, three):
    set_term(session, three.decider, ("notice", 7), START)
    assert shown(session, county, three).notice_until == date(2026, 11, 30)
    with pytest.raises(Forbidden):
        set_term(session, county.auditor, ("notice", 1), START)
    for days in (-1, 366):
        with pytest.raises(InvalidInput):
            set_term(session, three.decider, ("notice", days), START)


def test_it_comes_back_with_reasons_and_is_handed_in_again(session, county, three):
    application = submitted(session, county)
    with pytest.raises(ReasonMissing):
        commands.return_entry(session, three.township, application.id, "", START)
    commands.return_entry(session, three.township, application.id, "执照看不清", START)
    assert get_entry(session, county.shopper, application.id).turn == "amend"
    told = list(
        session.scalars(select(Notice.kind).where(Notice.person_id == county.shopper.person_id))
    )
    assert told == ["entry_returned"]
    again = submitted(session, county, licence=None)
    assert (again.id, again.state, again.prechecked_by) == (application.id, "SUBMITTED", None)
    words = [one.words for one in get_entry(session, county.shopper, again.id).steps]
    assert "执照看不清" in words


def test_an_objection_stops_what_is_shown(session, county, three):
    application = shown(session, county, three)
    with pytest.raises(EntryElsewhere):
        commands.pass_entry(session, three.township, application.id, "属实", START)
    commands.refuse_entry(session, three.decider, application.id, "异议查实", START)
    assert commands.admit_due(session, START + 9 * DAY) == 0
    another = commands.write_entry(session, county.shopper, given(name="改名"), START)
    assert another.id != application.id


def test_a_name_taken_during_the_notice_brings_it_back(session, county, three):
    application = shown(session, county, three)
    taken = session.scalars(select(Producer).where(Producer.id == county.other_producer_id)).one()
    taken.name = application.name
    session.flush()
    assert commands.admit_due(session, START + 6 * DAY) == 0
    assert session.get_one(EntryApplication, application.id).state == "RETURNED"


def test_what_was_handed_in_is_not_rewritten(session, county):
    submitted(session, county)
    with pytest.raises(EntryElsewhere):
        commands.write_entry(session, county.shopper, given(name="别名"), START)


def test_scans_are_for_the_applicant_and_the_centre(session, county):
    application = submitted(session, county)
    papers = get_entry(session, county.shopper, application.id).papers
    licence = next(upload for upload, kind in papers if kind == "LICENCE")
    assert get_paper(session, county.auditor, application.id, licence).name == "执照.png"
    for stranger in (county.buyer, county.clerk):
        with pytest.raises(NotFound):
            get_paper(session, stranger, application.id, licence)


def test_a_web_page_is_no_licence(session, county):
    page = replace(given().licence, content=b"<html>")  # type: ignore[type-var]
    with pytest.raises(InvalidInput) as refusal:
        submitted(session, county, licence=page)
    assert fields_of(refusal) == {"licence"}


def test_steps_are_written_down_for_good(session, county, three):
    application = shown(session, county, three)
    session.commit()
    actions = set(
        session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_kind == "entry_application")
        )
    )
    assert {"entering.submitted", "entering.verified", "entering.notice"} <= actions
    step = session.scalars(
        select(EntryStep).where(EntryStep.application_id == application.id)
    ).first()
    assert step is not None
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE entry_step SET words = 'x'"))
