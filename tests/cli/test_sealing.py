"""The key that seals can be changed, and nothing that was sealed is lost by it."""

import pytest
from sqlalchemy import delete, select, update

from marketplace import tables
from marketplace.accounts.models import Authenticator
from marketplace.audit.models import AuditEntry
from marketplace.benefits.models import BenefitHousehold
from marketplace.cli.sealing import EVERYTHING
from marketplace.core.sealing import Sealer
from tests.accounts.phones import SEALER, enrol_with_phone
from tests.conftest import FrozenClock

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
    """Columns say by their name that they are sealed; two tables of files do not."""
    known = {column.property.columns[0] for one in EVERYTHING.values() for column in one.columns}
    named = {
        column
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if "sealed" in column.name and column.name not in {"sealed_at", "sealed_by"}
    }
    told = {f"{column.table.name}.{column.name}" for column in named - known}
    assert {name for name in told if "_sealed" in name or "sealed_" in name} == set()
    assert {str(column) for column in known - named} == {
        "privacy_request.content",
        "upload.content",
    }
