"""To whom the sale of a product belongs: last touch inside the window, and a code beats a link.

Every outcome has its reason, also where nobody earns anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    CODE = "CODE"
    LINK = "LINK"
    UNIT_ORDER = "UNIT_ORDER"
    OWN_PURCHASE = "OWN_PURCHASE"
    OTHER_GOODS = "OTHER_GOODS"
    BEFORE_START = "BEFORE_START"
    AFTER_END = "AFTER_END"
    TOO_LATE = "TOO_LATE"
    NOT_AGREED = "NOT_AGREED"
    SUSPENDED = "SUSPENDED"
    # Sold by a code before there were sessions.
    BEFORE_SESSIONS = "BEFORE_SESSIONS"
    DISPUTE_GRANTED = "DISPUTE_GRANTED"


EARNS = frozenset({Outcome.CODE, Outcome.LINK, Outcome.DISPUTE_GRANTED})


@dataclass(frozen=True)
class ClaimRule:
    """How the county attributes, as in force when the purchase was handed in."""

    id: int | None
    window: timedelta
    grace: timedelta
    code_beats_link: bool
    units_earn: bool


@dataclass(frozen=True)
class Touch:
    """A link that was followed."""

    session_id: int
    host_id: int
    at: datetime


@dataclass(frozen=True)
class Offered:
    """A product in a session, as far as a claim asks about it."""

    offer_id: int
    session_id: int
    host_id: int
    host_name: str
    title: str
    product_id: int
    rate_ppm: int
    is_agreed: bool
    started_at: datetime | None
    ended_at: datetime | None
    is_suspended: bool


@dataclass(frozen=True)
class Signals:
    """What points to a host: the code that was typed, the links that were followed."""

    code_host_id: int | None
    touches: tuple[Touch, ...]
    # When the purchase was handed in.
    at: datetime
    is_unit: bool
    # Hosts the buyer works for, or whose agency they work for.
    own_hosts: frozenset[int]


@dataclass(frozen=True)
class Verdict:
    """Whose sale it is, what it earns, and why."""

    outcome: Outcome
    host_id: int | None = None
    session_id: int | None = None
    offer_id: int | None = None
    rate_ppm: int = 0
    facts: tuple[tuple[str, Any], ...] = ()
    # The version of the county's rule that it was decided by.
    rule_id: int | None = None


def decide(
    product_id: int, signals: Signals, offers: Sequence[Offered], rule: ClaimRule
) -> Verdict | None:
    """None where nothing points to a host at all.

    What cannot lead to this product (another shop's goods, a session that was over) is passed
    over for the touch before it; the first that can decides, and be it that it earns nothing.
    """
    missed: Verdict | None = None
    mine = [offer for offer in offers if offer.product_id == product_id]
    for outcome, touch in _in_order(signals, rule):
        found = _look(touch, mine, signals, rule)
        if isinstance(found, Offered):
            return replace(_judge(found, outcome, signals, rule), rule_id=rule.id)
        missed = missed or replace(found, rule_id=rule.id)
    return missed


def _in_order(signals: Signals, rule: ClaimRule) -> Iterable[tuple[Outcome, Touch | None]]:
    links = sorted(signals.touches, key=lambda touch: touch.at, reverse=True)
    code: list[tuple[Outcome, Touch | None]] = []
    if signals.code_host_id is not None:
        code = [(Outcome.CODE, None)]
    followed: list[tuple[Outcome, Touch | None]] = [(Outcome.LINK, touch) for touch in links]
    return [*code, *followed] if rule.code_beats_link else [*followed, *code]


def _look(
    touch: Touch | None,
    offers: Sequence[Offered],
    signals: Signals,
    rule: ClaimRule,
) -> Offered | Verdict:
    """The offer that a touch or a code leads to, or why it leads to none."""
    if touch is None:
        mine = [offer for offer in offers if offer.host_id == signals.code_host_id]
        # A code has no moment of its own: it was heard in a session at the latest at its end.
        begun, latest = signals.at, rule.window
    else:
        mine = [offer for offer in offers if offer.session_id == touch.session_id]
        begun, latest = touch.at, rule.grace
    if not mine:
        return Verdict(Outcome.OTHER_GOODS)
    if touch is not None and signals.at - touch.at > rule.window:
        return Verdict(Outcome.TOO_LATE, facts=(("days", rule.window.days),))
    held = [offer for offer in mine if offer.started_at and offer.started_at <= begun]
    if not held:
        return Verdict(Outcome.BEFORE_START, facts=_facts(mine[0]))
    open_ones = [offer for offer in held if not offer.ended_at or begun <= offer.ended_at + latest]
    if not open_ones:
        return Verdict(Outcome.AFTER_END, facts=_facts(held[-1]))
    return max(open_ones, key=lambda offer: (offer.is_agreed, offer.started_at, offer.offer_id))


def _judge(offer: Offered, outcome: Outcome, signals: Signals, rule: ClaimRule) -> Verdict:
    if offer.host_id in signals.own_hosts:
        return Verdict(Outcome.OWN_PURCHASE, facts=_facts(offer))
    if offer.is_suspended:
        return Verdict(Outcome.SUSPENDED, facts=_facts(offer))
    if not offer.is_agreed:
        return Verdict(Outcome.NOT_AGREED, facts=_facts(offer))
    earns = not signals.is_unit or rule.units_earn
    return Verdict(
        outcome if earns else Outcome.UNIT_ORDER,
        offer.host_id,
        offer.session_id,
        offer.offer_id,
        offer.rate_ppm if earns else 0,
        _facts(offer),
    )


def _facts(offer: Offered) -> tuple[tuple[str, Any], ...]:
    return (("host", offer.host_name), ("session", offer.title))
