"""A trader's table of goods: it does not say who made them, so there must be one who can."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity, Role
from marketplace.listing.commands.imports import ask_to_write, hand_in, import_now, write_run
from marketplace.listing.models import ImportRun
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from marketplace.trading.commands import end_trade_mandate, give_trade_mandate
from marketplace.trading.rules import GivenTradeMandate, WhichMaker
from tests.county import HUIGOU, START, County, person
from tests.listing.tables import GOOD, numbered, row

USCC = make_uscc("420304", 777)
A_YEAR = GivenTradeMandate(USCC, START.date(), START.date() + timedelta(days=365))


def trader(session: Session) -> tuple[int, Identity]:
    """A trader without a mandate, and somebody who works there."""
    new = NewProducer("郧山土产商行", "LEADING_FIRM", USCC, HUIGOU, "0719-7220000", is_trader=True)
    trader_id = create_producer(session, new, START).id
    return trader_id, person(session, "dealer@test", ("PRODUCER", trader_id, Role.CLERK))


def test_a_traders_table_says_at_once_that_it_does_not_tell_the_makers(
    session: Session, county: County
) -> None:
    trader_id, dealer = trader(session)
    table = ("货", numbered(GOOD))
    run_id = hand_in(session, dealer, trader_id, table, START)
    with pytest.raises(WhichMaker):
        ask_to_write(session, dealer, run_id, START, takes_good=False)
    mandate = give_trade_mandate(session, county.clerk, county.producer_id, A_YEAR, START)
    ask_to_write(session, dealer, run_id, START, takes_good=False)
    end_trade_mandate(session, county.clerk, mandate.id, "到此为止", START)
    write_run(session, run_id, START)
    assert session.get_one(ImportRun, run_id).state == "REFUSED"


def test_a_trader_of_several_changes_what_is_listed_by_table(
    session: Session, county: County
) -> None:
    trader_id, dealer = trader(session)
    give_trade_mandate(session, county.clerk, county.producer_id, A_YEAR, START)
    import_now(session, dealer, trader_id, ("货", numbered(GOOD)), START)
    give_trade_mandate(session, county.other_clerk, county.other_producer_id, A_YEAR, START)
    found = import_now(session, dealer, trader_id, ("货", numbered(row(price="60"))), START)
    assert found.count()["CHANGED"] == 1
