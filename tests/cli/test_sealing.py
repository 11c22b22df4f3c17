"""The key that seals can be changed, and nothing that was sealed is lost by it."""

import pytest
from sqlalchemy import delete, select, text, update

from marketplace.accounts.models import Authenticator
from marketplace.audit.models import AuditEntry
from marketplace.benefits.models import BenefitHousehold
from marketplace.cli.sealing import EVERYTHING
from marketplace.core.closed import give_sealer
from marketplace.core.db import Base
from marketplace.core.sealing import Sealer
from marketplace.documents.queries.papers import get_content, get_sheet
from marketplace.ordering.queries import get_purchase
from marketplace.payments.models import BankAccount
from tests.accounts.phones import SEALER, enrol_with_phone
from tests.conftest import FrozenClock
from tests.numbers import PHONE, PRINTED, SELLER, UNIT, given_everywhere

MARKS = select(BankAccount.number_mark).order_by(BankAccount.id)
OLD, NEW, THIRD = "not-secret-" * 4, "another-key-" * 4, "a-third-key-" * 4


@pytest.fixture
def held(session, county, clock: FrozenClock):
    """A household, and somebody with a phone, sealed with the old key."""
    enrol_with_phone(session, clock)
    household = BenefitHousehold(
        producer_id=county.producer_id,
        mark=SEALER.mark("420304199001011234"),
        name_sealed=SEALER.seal("王芳"),
        identity_sealed=SEALER.seal("420304199001011234"),
    )
    session.add(household)
    session.commit()
    return household


def reseal(make_app, **keys: str):
    app = make_app(**keys)
    return app.test_cli_runner().invoke(args=["reseal"])


def sealed_words(session) -> list[str]:
    session.rollback()
    words = [*session.scalars(select(BenefitHousehold.name_sealed))]
    words += session.scalars(select(Authenticator.sealed_secret))
    session.rollback()
    return words


def test_what_the_former_key_sealed_is_opened_and_marks_stay(make_app, session, held):
    app = make_app(household_key=NEW, household_key_former=OLD, mark_key=OLD)
    sealer = app.extensions["sealer"]
    assert sealer.open(held.name_sealed) == "王芳"
    assert sealer.mark("420304199001011234") == held.mark
    assert Sealer(NEW).open(sealer.seal("李强")) == "李强"


def test_everything_is_sealed_anew_and_the_former_key_is_needed_no_more(make_app, session, held):
    assert [Sealer(NEW).open(words) for words in sealed_words(session)] == [None, None]
    done = reseal(make_app, household_key=NEW, household_key_former=OLD, mark_key=OLD)
    assert done.exit_code == 0, done.output
    assert "households: 1 sealed anew, 0" in done.output
    household, phone = sealed_words(session)
    assert Sealer(NEW).open(household) == "王芳"
    assert Sealer(NEW).open(phone)
    assert [Sealer(OLD).open(words) for words in (household, phone)] == [None, None]
    trail = session.scalars(select(AuditEntry.after).where(AuditEntry.action == "sealed.anew"))
    assert {one["what"]: one["rows"] for one in trail}["households"] == 1


def test_numbers_are_sealed_anew_and_found_by_the_marks_they_had(make_app, session, county, engine):
    given = given_everywhere(session, county)
    marks = session.execute(MARKS).all()
    session.rollback()
    done = reseal(make_app, household_key=NEW, household_key_former=OLD, mark_key=OLD)
    assert done.exit_code == 0, done.output
    assert "telephones of consignees: 3 sealed anew, 0" in done.output
    assert "papers: 1 sealed anew, 0" in done.output
    assert "answers of the API: 1 sealed anew, 0" in done.output
    session.expire_all()
    assert get_purchase(session, county.buyer, given.purchase_id).consignee.phone == ""
    give_sealer(engine, Sealer(NEW, marking=OLD))
    session.expire_all()
    assert get_purchase(session, county.buyer, given.purchase_id).consignee.phone == PHONE
    assert get_content(session, given.paper_id) == PRINTED
    assert PHONE in str(get_sheet(session, given.paper_id))
    assert session.execute(MARKS).all() == marks
    give_sealer(engine, SEALER)


def test_what_a_former_version_wrote_in_the_clear_is_sealed_and_marked(make_app, session, county):
    given_everywhere(session, county)
    marks = session.execute(MARKS).all()
    session.execute(text("UPDATE bank_account SET number = '17020009998888', number_mark = ''"))
    session.execute(text("UPDATE bank_account SET number = '81010000111' WHERE id > 1"))
    session.commit()
    assert reseal(make_app).exit_code == 0
    assert session.execute(MARKS).all() == marks
    numbers = session.scalars(select(BankAccount.number_sealed).order_by(BankAccount.id)).all()
    assert [SEALER.open(sealed) for sealed in numbers] == [UNIT, SELLER]


def test_what_neither_key_opens_is_told_and_left(make_app, session, held):
    session.execute(update(BenefitHousehold).values(name_sealed=Sealer(THIRD).seal("王芳")))
    session.commit()
    done = reseal(make_app, household_key=NEW, household_key_former=OLD)
    assert done.exit_code == 1
    assert "households: 0 sealed anew, 1 could not be opened" in done.output
    assert Sealer(THIRD).open(sealed_words(session)[0]) == "王芳"


def test_whoever_was_forgotten_stays_empty(make_app, session, held):
    session.execute(update(BenefitHousehold).values(name_sealed="", identity_sealed=""))
    session.execute(delete(Authenticator))
    session.commit()
    done = reseal(make_app, household_key=NEW, household_key_former=OLD)
    assert done.exit_code == 0
    assert sealed_words(session) == [""]


def test_every_sealed_column_is_sealed_anew():
    """Columns say by their name in the program that they are sealed; three tables of files do
    not."""
    known = {str(column) for one in EVERYTHING.values() for column in one.columns}
    named = {
        str(getattr(mapper.class_, name))
        for mapper in Base.registry.mappers
        for name in mapper.columns.keys()  # noqa: SIM118  (these are no dictionary)
        if ("_sealed" in name or "sealed_" in name) and name not in {"sealed_at", "sealed_by"}
    }
    assert named - known == set()
    assert known - named == {"PrivacyRequest.content", "Upload.content", "Paper.content"}


def test_every_mark_beside_what_is_sealed_is_made_again_with_it():
    marked = {str(one.mark) for sealed in EVERYTHING.values() for one in sealed.marks}
    named = {
        f"{mapper.class_.__name__}.{name}"
        for mapper in Base.registry.mappers
        for name in mapper.columns.keys()  # noqa: SIM118  (these are no dictionary)
        if name.endswith("_mark") and f"{name.removesuffix('_mark')}_sealed" in mapper.columns
    }
    # Marks of identities are never made anew: by them a person is found under another login.
    assert named - marked == {"HostApplication.identity_mark"}
