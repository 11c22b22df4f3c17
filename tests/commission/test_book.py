"""A sale's claim is decided when it is placed, and earns when it is complete."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from marketplace.attribution.queries import total_of
from marketplace.commission.models import CommissionClaim, CommissionEntry
from marketplace.core.identity import OrganisationKind, Role
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import agency_account, host_account
from marketplace.livestream.rules.claims import Outcome
from marketplace.livestream.rules.limits import OverLimit
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.reports.queries.reconcile import reconcile
from tests.commission.road import bought, finished, sold_by_link
from tests.county import START, person
from tests.livestream.sessions import an_agency, hold_session
from tests.ordering.steps import completed, lines_of

SOON = START - timedelta(minutes=10)


def claims(session) -> list[CommissionClaim]:
    return list(session.scalars(select(CommissionClaim).order_by(CommissionClaim.id)))


def test_a_sale_by_link_pays_host_and_agency_from_the_producers_money(session, county):
    held = hold_session(session, county, county.mushrooms)
    agency_id = an_agency(session, held.host_id, 300_000)
    sold_by_link(session, county, held, (county.mushrooms, 3))
    session.commit()
    # 19,209 fen at 10 % are 1,920; the agency gets 30 % of them.
    assert -balance_of(session, host_account(held.host_id)) == 1_344
    assert -balance_of(session, agency_account(agency_id)) == 576
    assert total_of(session, "host", str(held.host_id)).amount_fen == 19_209
    assert total_of(session, "session", str(held.session_id)).amount_fen == 19_209
    assert reconcile(session) == []


def test_only_what_the_session_offers_is_the_hosts(session, county):
    held = hold_session(session, county, county.mushrooms)
    sold_by_link(session, county, held, (county.mushrooms, 1), (county.noodles, 2))
    found = {claim.product_id: (claim.outcome, claim.host_id) for claim in claims(session)}
    assert found == {
        county.mushrooms.product_id: (Outcome.LINK, held.host_id),
        county.noodles.product_id: (Outcome.OTHER_GOODS, None),
    }
    assert total_of(session, "host", str(held.host_id)).amount_fen == county.mushrooms.price_fen


def test_partial_refunds_take_commission_back_to_the_last_fen(session, county):
    held = hold_session(session, county, county.mushrooms, rate_ppm=123_457)
    an_agency(session, held.host_id, 333_333)
    _purchase, (order,) = sold_by_link(session, county, held, (county.mushrooms, 7))
    line = lines_of(session, order.id)[0]
    for packs in (1, 2, 3, 1):
        wish = RefundWish((RefundedLine(line.id, packs),), reason="受潮")
        refund = ordering.request_refund(session, county.shopper, order.id, wish, START)
        ordering.approve_refund(session, county.clerk, refund.id, START)
        session.commit()
        assert reconcile(session) == []
    assert balance_of(session, host_account(held.host_id)) == 0
    entries = session.scalars(select(CommissionEntry).order_by(CommissionEntry.id)).all()
    assert [entry.kind for entry in entries] == ["EARNED", *["REFUND"] * 4]
    assert sum(entry.host_fen + entry.agency_fen for entry in entries) == 0


def test_a_host_who_buys_earns_nothing(session, county):
    held = hold_session(session, county, county.mushrooms)
    helper = person(session, "helper@test", (OrganisationKind.HOST, held.host_id, Role.HOST))
    hosts_own = replace(county, shopper=helper)
    sold_by_link(session, hosts_own, held, (county.mushrooms, 1))
    assert [claim.outcome for claim in claims(session)] == [Outcome.OWN_PURCHASE]
    assert balance_of(session, host_account(held.host_id)) == 0


def test_the_hosts_agency_buying_earns_nothing(session, county):
    held = hold_session(session, county, county.mushrooms)
    agency_id = an_agency(session, held.host_id, 300_000)
    clerk = person(session, "agent@test", (OrganisationKind.AGENCY, agency_id, Role.CLERK))
    sold_by_link(session, replace(county, shopper=clerk), held, (county.mushrooms, 1))
    assert [claim.outcome for claim in claims(session)] == [Outcome.OWN_PURCHASE]


def test_a_units_order_is_the_hosts_sale_and_earns_nothing(session, county):
    held = hold_session(session, county, county.mushrooms)
    wish = replace(county.wish((county.mushrooms, 2)), host_id=held.host_id)
    completed(session, county, wish)
    assert [claim.outcome for claim in claims(session)] == [Outcome.UNIT_ORDER]
    assert total_of(session, "host", str(held.host_id)).amount_fen == 12_806
    assert balance_of(session, host_account(held.host_id)) == 0
    session.commit()
    assert reconcile(session) == []


def test_what_is_cancelled_earns_nothing(session, county):
    held = hold_session(session, county, county.mushrooms)
    purchase, _orders = bought(session, county, (county.mushrooms, 1), code=held.host_id)
    ordering.cancel_purchase(session, county.shopper, purchase.id, "买错了", START)
    session.commit()
    assert session.scalars(select(CommissionEntry)).all() == []
    assert [claim.outcome for claim in claims(session)] == [Outcome.CODE]
    assert reconcile(session) == []


@pytest.mark.parametrize("table", ["commission_claim", "commission_entry"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET order_id = 0", "DELETE FROM {}"])
def test_the_book_is_not_rewritten(session, county, table, verb):
    held = hold_session(session, county, county.mushrooms)
    sold_by_link(session, county, held, (county.mushrooms, 1))
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.connection().exec_driver_sql(verb.format(table))


def test_a_person_buys_no_more_than_an_offer_allows(session, county):
    hold_session(session, county, county.mushrooms, limit=3)
    bought(session, county, (county.mushrooms, 2))
    session.commit()
    with pytest.raises(OverLimit):
        bought(session, county, (county.mushrooms, 2))
    session.rollback()
    purchase, _orders = bought(session, county, (county.mushrooms, 1))
    session.commit()
    # What is given back can be bought again.
    ordering.cancel_purchase(session, county.shopper, purchase.id, "买错了", START)
    bought(session, county, (county.mushrooms, 1))
    with pytest.raises(OverLimit):
        bought(session, county, (county.mushrooms, 1))


def test_the_first_purchase_of_all_keeps_to_the_limit_too(session, county):
    hold_session(session, county, county.mushrooms, limit=3)
    with pytest.raises(OverLimit):
        bought(session, county, (county.mushrooms, 4))


def test_an_unfinished_sale_stands_in_no_book_yet(session, county):
    held = hold_session(session, county, county.mushrooms)
    purchase, orders = bought(session, county, (county.mushrooms, 1), code=held.host_id)
    assert total_of(session, "session", str(held.session_id)).amount_fen == 0
    finished(session, county, purchase, orders)
    assert total_of(session, "session", str(held.session_id)).amount_fen == 6_403
