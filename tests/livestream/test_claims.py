"""To whom a sale belongs: the last touch inside the window, and a code beats a link."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.livestream.rules.claims import (
    EARNS,
    ClaimRule,
    Offered,
    Outcome,
    Signals,
    Touch,
    decide,
)

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULE = ClaimRule(7, timedelta(days=7), timedelta(hours=24), True, False)
MUSHROOMS, OIL = 1, 2


def offered(
    session_id: int, host_id: int, product_id: int = MUSHROOMS, **changes: object
) -> Offered:
    """Offered in a session that lasted three hours from START."""
    usual = Offered(
        offer_id=session_id * 10 + product_id,
        session_id=session_id,
        host_id=host_id,
        host_name=f"主播{host_id}",
        title=f"场次{session_id}",
        product_id=product_id,
        rate_ppm=100_000,
        is_agreed=True,
        started_at=START,
        ended_at=START + timedelta(hours=3),
        is_suspended=False,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


OFFERS = (offered(1, 1), offered(2, 2), offered(3, 3, OIL))


def signals(*touches: Touch, code: int | None = None, **changes: object) -> Signals:
    """Handed in two hours after the start."""
    usual = Signals(code, touches, START + timedelta(hours=2), is_unit=False, own_hosts=frozenset())
    return replace(usual, **changes)  # type: ignore[arg-type]


def touch(session_id: int, hours: float) -> Touch:
    """A link of the session's host (of the same number), so long after START."""
    return Touch(session_id, session_id, START + timedelta(hours=hours))


def test_nothing_points_to_a_host_so_there_is_no_claim():
    assert decide(MUSHROOMS, signals(), OFFERS, RULE) is None


def test_the_last_touch_wins():
    verdict = decide(MUSHROOMS, signals(touch(1, 1), touch(2, 0.5)), OFFERS, RULE)
    assert verdict is not None
    assert (verdict.outcome, verdict.host_id, verdict.rate_ppm) == (Outcome.LINK, 1, 100_000)
    assert verdict.rule_id == 7


@pytest.mark.parametrize(("code_beats_link", "winner"), [(True, 2), (False, 1)])
def test_a_code_beats_a_link_where_the_county_says_so(code_beats_link, winner):
    rule = replace(RULE, code_beats_link=code_beats_link)
    verdict = decide(MUSHROOMS, signals(touch(1, 1), code=2), OFFERS, rule)
    assert verdict is not None
    assert verdict.host_id == winner


def test_goods_that_the_last_session_did_not_offer_belong_to_the_touch_before():
    verdict = decide(MUSHROOMS, signals(touch(1, 0.5), touch(3, 1)), OFFERS, RULE)
    assert verdict is not None
    assert (verdict.outcome, verdict.host_id) == (Outcome.LINK, 1)


@pytest.mark.parametrize(
    ("outcome", "asked", "offers"),
    [
        (Outcome.OTHER_GOODS, signals(touch(3, 1)), OFFERS),
        (Outcome.OTHER_GOODS, signals(code=3), OFFERS),
        (Outcome.BEFORE_START, signals(touch(1, -0.1)), OFFERS),
        (Outcome.BEFORE_START, signals(code=1), [offered(1, 1, started_at=None, ended_at=None)]),
        (Outcome.AFTER_END, signals(touch(1, 27.1), at=START + timedelta(hours=28)), OFFERS),
        (Outcome.AFTER_END, signals(code=1, at=START + timedelta(days=8)), OFFERS),
        (Outcome.TOO_LATE, signals(touch(1, 1), at=START + timedelta(days=7, hours=1.1)), OFFERS),
        (Outcome.NOT_AGREED, signals(touch(1, 1)), [offered(1, 1, is_agreed=False)]),
        (Outcome.SUSPENDED, signals(touch(1, 1)), [offered(1, 1, is_suspended=True)]),
        (Outcome.OWN_PURCHASE, signals(touch(1, 1), own_hosts=frozenset({1})), OFFERS),
        (Outcome.OWN_PURCHASE, signals(code=1, own_hosts=frozenset({1})), OFFERS),
    ],
)
def test_what_earns_nothing_says_why(outcome, asked, offers):
    verdict = decide(MUSHROOMS, asked, offers, RULE)
    assert verdict is not None
    assert (verdict.outcome, verdict.host_id, verdict.rate_ppm) == (outcome, None, 0)
    assert outcome not in EARNS


def test_own_clicks_do_not_fall_back_on_somebody_else():
    asked = signals(touch(2, 0.5), touch(1, 1), own_hosts=frozenset({1}))
    verdict = decide(MUSHROOMS, asked, OFFERS, RULE)
    assert verdict is not None
    assert (verdict.outcome, verdict.host_id) == (Outcome.OWN_PURCHASE, None)


@pytest.mark.parametrize(
    ("units_earn", "outcome", "rate_ppm"),
    [(False, Outcome.UNIT_ORDER, 0), (True, Outcome.LINK, 100_000)],
)
def test_a_units_order_is_the_hosts_and_earns_where_the_county_says_so(
    units_earn, outcome, rate_ppm
):
    rule = replace(RULE, units_earn=units_earn)
    verdict = decide(MUSHROOMS, signals(touch(1, 1), is_unit=True), OFFERS, rule)
    assert verdict is not None
    assert (verdict.outcome, verdict.host_id, verdict.rate_ppm) == (outcome, 1, rate_ppm)


@pytest.mark.parametrize(("hours", "outcome"), [(26.9, Outcome.LINK), (27.1, Outcome.AFTER_END)])
def test_links_count_for_a_grace_after_the_end(hours, outcome):
    asked = signals(touch(1, hours), at=START + timedelta(hours=30))
    verdict = decide(MUSHROOMS, asked, OFFERS, RULE)
    assert verdict is not None
    assert verdict.outcome == outcome


def test_a_code_counts_for_the_window_after_the_end_and_for_the_latest_session():
    later = offered(4, 1, started_at=START + timedelta(days=2), ended_at=START + timedelta(days=3))
    asked = signals(code=1, at=START + timedelta(days=7, hours=2))
    verdict = decide(MUSHROOMS, asked, [*OFFERS, later], RULE)
    assert verdict is not None
    assert (verdict.outcome, verdict.session_id) == (Outcome.CODE, 4)
