"""Applications: what is asked of them, how they are sealed, who decides and who opens them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.sealing import Sealer
from marketplace.hosts.commands import (
    Subject,
    admit,
    apply,
    open_photo,
    refuse,
    reveal,
    suspend,
    withdraw,
)
from marketplace.hosts.commands.erasing import KEEP_REFUSED, forget_refused
from marketplace.hosts.models import Agency, Host, HostApplication, HostStep
from marketplace.hosts.queries.applications import list_own, view_application
from marketplace.hosts.rules.application import (
    AgencyAdmitted,
    AlreadyAHost,
    ApplicationDecided,
    ApplicationWaits,
    CodeGiven,
    OwnCase,
    Unsealable,
)
from marketplace.notices.models import Notice
from marketplace.uploads.models import Upload
from marketplace.uploads.rules import GivenFile
from tests.county import START, person
from tests.hosts.applying import (
    PHOTO,
    SEALER,
    USCC,
    a_new_host,
    admitted,
    agency_given,
    an_identity,
    anew,
    applied,
    given,
    opened,
)

SECRETS = ("陈演示", an_identity(), "13800000000")


def refused_fields(session, who, told):
    with pytest.raises(InvalidInput) as refused:
        apply(session, who, told, SEALER, START)
    return {error.field for error in refused.value.errors}


def test_who_it_is_stands_in_the_database_sealed_photograph_included(session, county):
    application = applied(session, county.shopper)
    kept = " ".join(str(value) for value in vars(application).values())
    assert not [secret for secret in SECRETS if secret in kept]
    upload = session.get(Upload, application.upload_id)
    assert PHOTO not in upload.content
    assert SEALER.open_bytes(upload.content) == PHOTO
    assert upload.size == len(PHOTO)


def test_the_trail_and_the_notices_hold_no_secret(session, county):
    application = admitted(session, county, county.shopper)
    reveal(session, county.operator, application.id, SEALER, START)
    facts = [(one.before, one.after) for one in session.scalars(select(AuditEntry))]
    facts += [(one.params, one.address) for one in session.scalars(select(Notice))]
    assert not [secret for secret in SECRETS if secret in str(facts)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "AB"}, "code"),
        ({"code": "A" * 13}, "code"),
        ({"code": "云霞云霞"}, "code"),
        ({"code": "AB-C"}, "code"),
        ({"identity": an_identity()[:-1] + "Y"}, "identity"),
        ({"identity": "0"}, "identity"),
        ({"identity": an_identity(born="20091124")}, "identity"),
        ({"phone": "-1"}, "phone"),
        ({"phone": "1e9"}, "phone"),
        ({"photo": None}, "photo"),
        ({"photo": GivenFile("photo", "x.jpg", b"<svg onload=x>")}, "photo"),
        ({"photo": GivenFile("photo", "x.jpg", b"")}, "photo"),
        ({"agreement": ""}, "agreement"),
        ({"agreement": "2020-01"}, "agreement"),
    ],
)
def test_what_does_not_hold_is_named(session, county, changes, field):
    assert refused_fields(session, county.shopper, given(**changes)) == {field}


def test_everything_wrong_is_named_at_once(session, county):
    told = given(code="!", identity="1", phone="x", photo=None, agreement="")
    wrong = refused_fields(session, county.shopper, told)
    assert wrong == {"code", "identity", "phone", "photo", "agreement"}


def test_whoever_is_eighteen_today_may_apply(session, county):
    assert applied(session, county.shopper, given(identity=an_identity(born="20081123")))


def test_an_agency_bears_a_credit_code_that_holds_and_nobody_else_has(session, county):
    assert refused_fields(session, county.buyer, agency_given(uscc=USCC[:-1] + "X")) == {"uscc"}
    admitted(session, county, county.shopper, agency_given())
    assert refused_fields(session, county.buyer, agency_given()) == {"uscc"}


@pytest.mark.parametrize("state", ["of a host", "wished for"])
def test_a_code_is_nobody_elses_however_it_is_written(session, county, state):
    if state == "of a host":
        session.add(Host(name="老主播", code="XiaoChen", joined_at=START))
        session.flush()
    else:
        applied(session, county.buyer)
    assert refused_fields(session, county.shopper, given(identity=an_identity(2))) == {"code"}


def test_nobody_has_two_that_wait(session, county):
    applied(session, county.shopper)
    with pytest.raises(ApplicationWaits):
        applied(session, county.shopper, given(code="OTHER"))
    assert len(session.scalars(select(HostApplication)).all()) == 1


def test_what_was_withdrawn_makes_room_for_another(session, county):
    first = applied(session, county.shopper)
    with pytest.raises(NotFound):
        withdraw(session, county.buyer, first.id, START)
    withdraw(session, county.shopper, first.id, START)
    withdraw(session, county.shopper, first.id, START)
    again = admitted(session, county, county.shopper)
    with pytest.raises(ApplicationDecided):
        withdraw(session, county.shopper, again.id, START)
    assert [one.state for one in list_own(session, county.shopper)] == ["ADMITTED", "WITHDRAWN"]


def test_admission_makes_a_host_whom_the_applicant_works_for(session, county):
    application = admitted(session, county, county.shopper)
    host = session.get(Host, application.host_id)
    assert (host.name, host.code, host.trusted_at) == ("山里的小陈", "XIAOCHEN", None)
    now = anew(session, county.shopper)
    assert now.has_role(OrganisationKind.HOST, host.id, Role.HOST)
    (step,) = session.scalars(select(HostStep))
    assert (step.kind, step.host_id, step.actor_id) == (
        "ADMITTED",
        host.id,
        county.operator.person_id,
    )
    (told,) = session.scalars(select(Notice))
    assert (told.kind, told.person_id) == ("host_admitted", county.shopper.person_id)
    with pytest.raises(AlreadyAHost):
        applied(session, now, given(code="OTHER"))


def test_admission_makes_an_agency_whose_clerk_the_applicant_is(session, county):
    application = admitted(session, county, county.shopper, agency_given())
    agency = session.get(Agency, application.agency_id)
    assert agency.uscc == USCC
    now = anew(session, county.shopper)
    assert now.has_role(OrganisationKind.AGENCY, agency.id, Role.CLERK)


def test_a_decision_is_taken_once(session, county):
    application = admitted(session, county, county.shopper)
    for decide in (
        lambda: admit(session, county.operator, application.id, START),
        lambda: refuse(session, county.cashier, application.id, "重复", START),
    ):
        with pytest.raises(ApplicationDecided):
            decide()
    assert len(session.scalars(select(Host)).all()) == 1


def test_a_refusal_says_why_and_another_try_is_free(session, county):
    application = applied(session, county.shopper)
    refuse(session, county.operator, application.id, "照片看不清", START)
    assert [one.answer for one in list_own(session, county.shopper)] == ["照片看不清"]
    assert applied(session, county.shopper)


def test_nobody_decides_about_themselves(session, county):
    application = applied(session, county.operator)
    for decide in (
        lambda: admit(session, county.operator, application.id, START),
        lambda: refuse(session, county.operator, application.id, "x", START),
    ):
        with pytest.raises(OwnCase):
            decide()
    assert admit(session, county.cashier, application.id, START).host_id


def test_only_operators_decide_and_open(session, county):
    application = applied(session, county.shopper)
    for act in (
        lambda who: admit(session, who, application.id, START),
        lambda who: refuse(session, who, application.id, "x", START),
        lambda who: reveal(session, who, application.id, SEALER, START),
        lambda who: open_photo(session, who, application.id, SEALER, START),
    ):
        with pytest.raises(Forbidden):
            act(county.auditor)
        with pytest.raises(NotFound):
            act(county.shopper)
    assert view_application(session, county.auditor, application.id, SEALER).opened is None


def test_words_are_masked_until_opened_and_each_opening_leaves_a_trail(session, county):
    application = applied(session, county.shopper)
    masked = opened(session, county.operator, application.id, SEALER)
    assert (masked.real_name, masked.phone) == ("陈*", "****0000")
    assert masked.identity == f"****{an_identity()[-4:]}"
    whole = reveal(session, county.operator, application.id, SEALER, START)
    assert (whole.real_name, whole.identity, whole.phone) == SECRETS
    photo = open_photo(session, county.operator, application.id, SEALER, START)
    assert photo.content == PHOTO
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["host.revealed", "host.photo_opened"]


def test_a_lost_key_is_told_and_is_no_fault_of_ours(session, county):
    application = applied(session, county.shopper)
    other = Sealer("another secret that is long enough")
    assert opened(session, county.operator, application.id, other).identity == ""
    for act in (reveal, open_photo):
        with pytest.raises(Unsealable):
            act(session, county.operator, application.id, other, START)


def test_the_same_person_is_found_under_another_login(session, county):
    subject = Subject("HOST", a_new_host(session, county, county.shopper))
    suspend(session, county.operator, subject, "夸大功效", START)
    second = applied(session, county.buyer, given(code="OTHER", name="换个名字"))
    (match,) = view_application(session, county.operator, second.id, SEALER).matches
    assert (match.name, match.is_same_login) == ("山里的小陈", False)
    assert match.suspended_at == START
    other = applied(session, county.clerk, given(code="THIRD", identity=an_identity(7)))
    assert view_application(session, county.operator, other.id, SEALER).matches == []


def test_whoever_was_forgotten_is_taken_for_nobody_else(session, county):
    told = (given(), given(code="OTHER", identity=an_identity(7)))
    refused = [
        applied(session, who, one).id
        for who, one in zip((county.shopper, county.buyer), told, strict=True)
    ]
    for one in refused:
        refuse(session, county.operator, one, "资料不全", START)
    assert forget_refused(session, START + KEEP_REFUSED + timedelta(seconds=1)) == 2
    for one in refused:
        view = view_application(session, county.operator, one, SEALER)
        assert view.is_forgotten
        assert view.matches == []


def test_of_two_who_wait_for_what_only_one_can_have_the_second_is_told(session, county):
    first = applied(session, county.shopper, agency_given())
    second = applied(session, county.buyer, agency_given())
    admit(session, county.operator, first.id, START)
    with pytest.raises(AgencyAdmitted):
        admit(session, county.operator, second.id, START)
    wished = applied(session, county.clerk)
    session.add(Host(name="别人", code=wished.code, joined_at=START))
    session.flush()
    with pytest.raises(CodeGiven):
        admit(session, county.operator, wished.id, START)
    assert session.get(HostApplication, wished.id).state == "WAITING"


def test_no_application_of_a_number_that_never_was(session, county):
    stranger = replace(person(session, "nobody@test"))
    for act in (
        lambda: admit(session, county.operator, 10**9, START),
        lambda: withdraw(session, stranger, 10**9, START),
        lambda: view_application(session, county.operator, 0, SEALER),
    ):
        with pytest.raises(NotFound):
            act()
