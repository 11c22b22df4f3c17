"""Whose sale it was, disputed: asked once, answered by others, and moved in every book at once."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry
from marketplace.attribution.queries import total_of
from marketplace.commission.models import CommissionDispute, CommissionEntry
from marketplace.commission.queries.disputes import get_dispute, others_on_order, steps_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.livestream.rules.claims import Outcome
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.disputes import (
    grant_dispute,
)
from marketplace.payments.queries import get_commission
from marketplace.reports.queries import reconcile
from tests.commission.disputing import ANSWER, asked, granted, versions
from tests.commission.road import bought, finished, sold_by_link
from tests.commission.settling import agency, frozen, given_back, has_account, host, owed, paid_out
from tests.county import START, person
from tests.livestream.sessions import a_host, an_agency, hold_session
from tests.ordering.steps import completed, lines_of
from tests.payments.settling import DECEMBER, IN_DECEMBER, IN_JANUARY


@pytest.fixture
def first(session, county):
    """Who followed links of hers: ten per cent."""
    return hold_session(session, county, county.mushrooms, county.noodles)


@pytest.fixture
def second(session, county):
    """Another host with the same goods: twenty per cent."""
    other = a_host(session, "SHANHUO", "second-host@test")
    return hold_session(
        session, county, county.mushrooms, county.noodles, rate_ppm=200_000, host=other
    )


def test_a_granted_sale_leaves_the_one_and_comes_to_the_other(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 3))
    assert owed(session, host(first.host_id)) == 1_920
    dispute_id = granted(session, county, second, order)
    assert owed(session, host(first.host_id)) == 0
    # The rate is that of the second host's offer.
    assert owed(session, host(second.host_id)) == 3_841
    assert versions(session, order) == [
        (1, Outcome.LINK, first.host_id),
        (2, Outcome.DISPUTE_GRANTED, second.host_id),
    ]
    for held, amount_fen, orders in ((first, 0, 0), (second, 19_209, 1)):
        for scope, key in (("host", held.host_id), ("session", held.session_id)):
            total = total_of(session, scope, str(key))
            assert (total.amount_fen, total.orders) == (amount_fen, orders)
    assert [step.kind for step in steps_of(session, dispute_id)] == ["ASKED", "GRANTED"]
    assert get_dispute(session, dispute_id).answer == ANSWER
    assert reconcile(session) == []


def test_what_was_nobodys_becomes_the_hosts(session, county, second):
    purchase, (order,) = bought(session, county, (county.mushrooms, 3))
    finished(session, county, purchase, [order])
    granted(session, county, second, order)
    assert owed(session, host(second.host_id)) == 3_841
    assert versions(session, order) == [(1, Outcome.DISPUTE_GRANTED, second.host_id)]
    channels = session.execute(
        select(AttributionEntry.channel, func.sum(AttributionEntry.amount_fen)).group_by(
            AttributionEntry.channel
        )
    )
    assert {channel: int(fen) for channel, fen in channels if fen} == {"LIVE": 19_209}
    assert reconcile(session) == []


def test_granted_before_completion_it_earns_at_completion(session, county, first, second):
    purchase, (order,) = bought(session, county, (county.mushrooms, 3), code=first.host_id)
    granted(session, county, second, order)
    assert session.scalars(select(CommissionEntry)).all() == []
    finished(session, county, purchase, [order])
    assert owed(session, host(first.host_id)) == 0
    assert owed(session, host(second.host_id)) == 3_841
    assert reconcile(session) == []


def test_no_village_gains_or_loses_a_fen(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 7))

    def by_village():
        rows = session.execute(
            select(AttributionEntry.village_code, func.sum(AttributionEntry.amount_fen)).group_by(
                AttributionEntry.village_code
            )
        )
        return {village: int(fen) for village, fen in rows}

    before = by_village()
    granted(session, county, second, order)
    assert by_village() == before
    assert total_of(session, "county", "420304").orders == 1


@pytest.mark.parametrize("packs", [(1, 2), (3, 4), (1, 6)])
def test_partial_refunds_before_and_after_end_at_nothing(session, county, first, second, packs):
    an_agency(session, first.host_id, 333_333)
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 7))
    given_back(session, county, order.id, packs[0])
    granted(session, county, second, order)
    assert reconcile(session) == []
    given_back(session, county, order.id, packs[1])
    assert reconcile(session) == []
    assert owed(session, host(first.host_id)) == 0
    left = 7 - sum(packs)
    if left:
        given_back(session, county, order.id, left)
    assert owed(session, host(second.host_id)) == 0
    assert reconcile(session) == []


def test_settled_before_it_is_netted_from_the_one_and_paid_to_the_other(
    session, county, first, second
):
    for held in (first, second):
        has_account(session, host(held.host_id))
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 3))
    frozen(session, county, host(first.host_id))
    paid_out(session, county)
    granted(session, county, second, order, IN_DECEMBER)
    assert (owed(session, host(first.host_id)), owed(session, host(second.host_id))) == (
        -1_920,
        3_841,
    )
    taken = frozen(session, county, host(first.host_id), DECEMBER, IN_JANUARY)
    given = frozen(session, county, host(second.host_id), DECEMBER, IN_JANUARY)
    assert (taken.closing_fen, given.closing_fen) == (-1_920, 3_841)
    (line,) = get_commission(session, taken.id, IN_JANUARY).lines
    # Why it was taken back stands beside it, with the rate by which it had been earned.
    assert (line.kind, line.outcome, line.rate_ppm) == (
        "REVERSED",
        Outcome.DISPUTE_GRANTED,
        100_000,
    )
    (line,) = get_commission(session, given.id, IN_JANUARY).lines
    assert (line.kind, line.facts["answer"], line.rate_ppm) == ("GRANTED", ANSWER, 200_000)
    assert reconcile(session) == []


def test_host_and_agency_of_the_day_of_the_sale_share_it(session, county, first, second):
    agency_id = an_agency(session, second.host_id, 300_000)
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 3))
    granted(session, county, second, order)
    assert owed(session, host(second.host_id)) == 2_689
    assert owed(session, agency(agency_id)) == 1_152
    assert reconcile(session) == []


def test_only_the_lines_chosen_move(session, county, first, second):
    more = hold_session(
        session, county, county.mushrooms, county.oil, host=(first.host_id, first.host)
    )
    purchase, (order,) = bought(
        session, county, (county.mushrooms, 1), (county.oil, 1), code=more.host_id
    )
    finished(session, county, purchase, [order])
    granted(session, county, second, order)
    assert owed(session, host(first.host_id)) == 990
    assert owed(session, host(second.host_id)) == 1_280
    # The order still is one of the first host's, and has become one of the second's.
    assert total_of(session, "host", str(first.host_id)).orders == 1
    assert total_of(session, "host", str(second.host_id)).orders == 1
    assert reconcile(session) == []


def test_another_session_of_the_same_host_changes_the_rate(session, county, first):
    better = hold_session(
        session, county, county.mushrooms, rate_ppm=150_000, host=(first.host_id, first.host)
    )
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 3))
    granted(session, county, better, order)
    assert owed(session, host(first.host_id)) == 2_881
    assert total_of(session, "host", str(first.host_id)).amount_fen == 19_209
    assert total_of(session, "session", str(better.session_id)).amount_fen == 19_209
    given_back(session, county, order.id, 3)
    assert owed(session, host(first.host_id)) == 0
    assert reconcile(session) == []


def test_a_sale_moved_to_another_unit_is_granted_where_it_counts_now(session, county, second):
    held_by = replace(county.wish((county.mushrooms, 2)), host_id=None)
    _purchase, (order,) = completed(session, county, held_by)
    wish = (order.id, county.other_unit_id, "买错单位")
    request = ordering.ask_reattribution(session, county.buyer, county.unit_id, wish, now=START)
    other = person(
        session, "other-approver@test", (OrganisationKind.UNIT, county.other_unit_id, Role.APPROVER)
    )
    ordering.approve_reattribution(session, county.approver, county.unit_id, request.id, START)
    ordering.approve_reattribution(session, other, county.other_unit_id, request.id, START)
    granted(session, county, second, order)
    # What a unit buys earns nothing here, whoever sold it.
    assert owed(session, host(second.host_id)) == 0
    assert total_of(session, "host", str(second.host_id)).amount_fen == 12_806
    assert total_of(session, "unit", str(county.unit_id)).amount_fen == 0
    assert total_of(session, "unit", str(county.other_unit_id)).amount_fen == 12_806
    assert reconcile(session) == []


def test_of_two_who_dispute_one_order_the_second_sees_what_came_of_the_first(
    session, county, first, second
):
    third = hold_session(
        session, county, county.mushrooms, host=a_host(session, "CUNLI", "third@test")
    )
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 3))
    waiting = asked(session, third, order)
    granted(session, county, second, order)
    (known,) = others_on_order(session, get_dispute(session, waiting))
    assert (known.state, known.host_id, known.answer) == ("GRANTED", second.host_id, ANSWER)
    line = lines_of(session, order.id)[0]
    chosen = {line.id: third.offers[line.product_id]}
    grant_dispute(session, county.operator, waiting, (chosen, "回放更晚"), START)
    assert owed(session, host(second.host_id)) == 0
    assert owed(session, host(third.host_id)) == 1_920
    assert reconcile(session) == []


def test_two_disputes_granted_at_once_leave_one_host_with_the_sale(
    session: Session, engine: Engine, county, first, second
):
    third = hold_session(
        session, county, county.mushrooms, host=a_host(session, "CUNLI", "third@test")
    )
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 3))
    line = lines_of(session, order.id)[0]
    wanted = [
        (asked(session, held, order), {line.id: held.offers[line.product_id]})
        for held in (second, third)
    ]
    session.commit()
    barrier = Barrier(2)

    def decide(dispute_id, chosen):
        with Session(engine) as own:
            barrier.wait()
            grant_dispute(own, county.operator, dispute_id, (chosen, ANSWER), START)
            own.commit()

    threads = [Thread(target=decide, args=one) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    sums = sorted(owed(session, host(held.host_id)) for held in (first, second, third))
    assert sums in ([0, 0, 1_920], [0, 0, 3_841])
    assert [version for version, _outcome, _host in versions(session, order)] == [1, 2, 3]
    assert reconcile(session) == []


def test_granting_lines_that_were_given_back_whole_moves_nothing(session, county, first, second):
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 2))
    given_back(session, county, order.id, 2)
    granted(session, county, second, order)
    assert owed(session, host(second.host_id)) == 0
    assert session.scalar(select(func.count()).select_from(CommissionDispute)) == 1
    assert reconcile(session) == []
