"""A shop that traded before numbers were sealed: the migration seals them, and opens them again on
the way down."""

import alembic.command
import pytest
from sqlalchemy import select, text

from marketplace.cli.migrations import open_migrations
from marketplace.core.closed import open_words
from marketplace.documents.queries.papers import get_content, get_sheet
from marketplace.ordering.models import Purchase
from marketplace.ordering.queries import get_purchase
from marketplace.payments.models import BankAccount, BankLine
from marketplace.web import db
from tests.numbers import (
    APPLICANT,
    CENTRE,
    COLLEAGUE,
    NUMBERS,
    PHONE,
    PRINTED,
    SELLER,
    UNIT,
    bytes_of,
    everything_in,
    given_everywhere,
)

pytestmark = pytest.mark.slow

# What stood in the clear before, in each place.
PLACES = {
    "SELECT consignee_phone FROM purchase ORDER BY id LIMIT 1": PHONE,
    "SELECT phone FROM purchase_recipient": COLLEAGUE,
    "SELECT number FROM bank_account ORDER BY id LIMIT 1": UNIT,
    "SELECT other_number FROM bank_line": UNIT,
    "SELECT account_number FROM payout": SELLER,
    "SELECT bank_number FROM entry_application": APPLICANT,
    "SELECT bank_account_number FROM operations_centre": CENTRE,
    "SELECT body FROM idempotent_request": PHONE,
}
MARKS = (
    select(BankAccount.number_mark).order_by(BankAccount.id),
    select(BankLine.other_number_mark),
    select(Purchase.consignee_phone_mark).order_by(Purchase.id),
)


def go(app, way, revision):
    with app.app_context():
        way(open_migrations(app).get_config(), revision)
        db.engine.dispose()


def down(app):
    go(app, alembic.command.downgrade, "0033")


def up(app):
    go(app, alembic.command.upgrade, "head")


def held(session, statement):
    return [session.execute(text(one)).scalar() for one in statement]


def test_the_way_down_opens_every_number_and_the_way_up_seals_and_marks_it(
    app, session, county, engine
):
    given = given_everywhere(session, county)
    marks = [session.scalars(one).all() for one in MARKS]
    session.rollback()
    down(app)
    assert held(session, PLACES) == list(PLACES.values())
    facts, content = session.execute(text("SELECT facts, content FROM paper")).one()
    assert PHONE in str(facts) or CENTRE in str(facts)
    assert bytes(content) == PRINTED
    session.rollback()
    engine.dispose()
    up(app)
    assert [number for number in NUMBERS if number in everything_in(engine)] == []
    assert [session.scalars(one).all() for one in MARKS] == marks
    assert get_purchase(session, county.buyer, given.purchase_id).consignee.phone == PHONE
    assert PHONE in str(get_sheet(session, given.paper_id))
    assert get_content(session, given.paper_id) == PRINTED
    line = session.get_one(BankLine, given.line_id)
    assert open_words(session, line.other_number_sealed) == UNIT


def test_what_stopped_halfway_is_taken_up_where_it_stopped(app, session, county, engine):
    """As after a kill between two parts on PostgreSQL: some rows are sealed, the version is old."""
    given_everywhere(session, county)
    session.close()
    # What came later goes first.
    go(app, alembic.command.downgrade, "0034")
    session.execute(text("UPDATE alembic_version SET version_num = '0033'"))
    session.execute(text("UPDATE payout SET account_number = '81010000111'"))
    session.commit()
    session.close()
    engine.dispose()
    up(app)
    assert [number for number in NUMBERS if number in everything_in(engine)] == []


@pytest.mark.one_database
def test_nothing_of_them_is_left_in_the_file(app, session, county, engine):
    given_everywhere(session, county)
    session.close()
    down(app)
    up(app)
    engine.dispose()
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    left = bytes_of(engine)
    assert "郧阳区城关镇沿江大道".encode() in left
    assert [number for number in NUMBERS if number.encode() in left] == []


def test_with_another_key_nothing_goes_down_and_nothing_is_lost(make_app, session, county):
    given = given_everywhere(session, county)
    session.close()
    with pytest.raises(ValueError, match="HOUSEHOLD_KEY does not open"):
        down(make_app(household_key="another-key-" * 4))
    assert get_purchase(session, county.buyer, given.purchase_id).consignee.phone == PHONE


def test_the_trail_names_an_account_by_its_last_four(session, county):
    given_everywhere(session, county)
    told = text("SELECT after FROM audit_entry WHERE action = 'account.declared' ORDER BY id")
    assert "****8888" in str(session.execute(told).first())
