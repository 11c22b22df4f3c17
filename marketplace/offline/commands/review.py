"""Looking at an offline purchase: the unit checks, the centre verifies, and the books follow.

Quota and villages move in one transaction. The money ledger does not: what was paid at a
cabinet or a fair never passed through us.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.attribution.commands import recognise, reverse
from marketplace.attribution.queries import remaining_by_line
from marketplace.attribution.rules import AttributedLine, Origin, Sale
from marketplace.catalogue.queries import products_on
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, Role
from marketplace.offline.commands.steps import holder, lines_of, lock, step
from marketplace.offline.models import OfflineLine, OfflinePurchase
from marketplace.offline.rules import (
    OfflineElsewhere,
    OfflineState,
    OwnOffline,
    checks_for,
    is_theirs,
    recognised_on,
    verifies,
)
from marketplace.ordering.commands import release_number
from marketplace.ordering.rules import require_reason
from marketplace.producers.rules import require_no_stake
from marketplace.quota.commands import count_offline, take_back_offline
from marketplace.quota.queries import is_closed
from marketplace.quota.rules import CountedLine, CountedOffline
from marketplace.units.queries import get_unit

CHANNEL = "OFFLINE"


def check_offline(
    session: Session, identity: Identity, offline_id: int, now: datetime
) -> OfflinePurchase:
    """A second person of the unit has compared the filing with its papers."""
    purchase = lock(session, identity, offline_id)
    if purchase.state == OfflineState.CHECKED and purchase.checked_by == identity.person_id:
        return purchase
    _require(purchase, OfflineState.FILED)
    if purchase.filed_by == identity.person_id:
        raise OwnOffline
    if not checks_for(identity, purchase.unit_id, purchase.filed_by):
        raise Forbidden
    purchase.state, purchase.checked_by = OfflineState.CHECKED, identity.person_id
    step(session, identity, purchase, ("CHECKED", ""), now)
    return purchase


def verify_offline(
    session: Session, identity: Identity, offline_id: int, now: datetime
) -> OfflinePurchase:
    """The centre has the last word: from now on it counts, for the unit and for the villages."""
    purchase = lock(session, identity, offline_id)
    if purchase.state == OfflineState.VERIFIED and purchase.verified_by == identity.person_id:
        return purchase
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    _require(purchase, OfflineState.CHECKED)
    if not verifies(identity, purchase.filed_by, purchase.checked_by):
        raise OwnOffline
    require_no_stake(identity, purchase.producer_id)
    closed = is_closed(session, purchase.bought_on.year)
    day = recognised_on(purchase.bought_on, day_of(now), is_closed=closed)
    purchase.state, purchase.verified_by = OfflineState.VERIFIED, identity.person_id
    purchase.recognised_on = day
    session.flush()
    _enter(session, purchase, day, now)
    step(session, identity, purchase, ("VERIFIED", ""), now)
    return purchase


def _enter(session: Session, purchase: OfflinePurchase, day: date, now: datetime) -> None:
    """Quota entries under each rule that counts a line, and each line's villages."""
    lines = lines_of(session, purchase)
    products = products_on(session, [line.product_id for line in lines], purchase.bought_on)
    for line in lines:
        line.is_certified = products[line.product_id].is_certified
    origins = {line.id: products[line.product_id].origins for line in lines}
    counted = [
        CountedLine(
            line.id, line.amount_fen, line.is_certified, tuple(code for code, _ in origins[line.id])
        )
        for line in lines
    ]
    facts = CountedOffline(
        offline_id=purchase.id,
        unit_id=purchase.unit_id,
        division_code=get_unit(session, purchase.unit_id).division_code,
        fund=purchase.fund,
        bought_on=purchase.bought_on,
        counted_on=day,
    )
    rules = count_offline(session, facts, counted, now)
    for line in lines:
        line.counted_rules = rules[line.id]
    session.flush()
    split = [_attributed(line, origins[line.id]) for line in lines]
    recognise(session, _sale(purchase, "verified", day), split, now)


def _attributed(line: OfflineLine, origins: tuple[tuple[str, int], ...]) -> AttributedLine:
    return AttributedLine(
        order_line_id=line.id,
        product_id=line.product_id,
        workshop_id=line.workshop_id,
        amount_fen=line.amount_fen,
        origins=tuple(Origin(None, village, share_ppm) for village, share_ppm in origins),
    )


def _sale(purchase: OfflinePurchase, what: str, day: date) -> Sale:
    return Sale(
        source=f"offline:{purchase.id}/{what}",
        order_id=None,
        unit_id=purchase.unit_id,
        fund=purchase.fund,
        producer_id=purchase.producer_id,
        channel=CHANNEL,
        counted_on=day,
        offline_id=purchase.id,
    )


def return_offline(
    session: Session, identity: Identity, offline_id: int, words: str, now: datetime
) -> OfflinePurchase:
    """Whoever's turn it is sends it back, and says what is to be changed."""
    return _answer(session, identity, offline_id, (OfflineState.RETURNED, words), now)


def refuse_offline(
    session: Session, identity: Identity, offline_id: int, words: str, now: datetime
) -> OfflinePurchase:
    """Whoever's turn it is says no for good. The invoice's number is free again."""
    purchase = _answer(session, identity, offline_id, (OfflineState.REFUSED, words), now)
    release_number(session, purchase.invoice_number, holder(purchase))
    return purchase


def _answer(
    session: Session,
    identity: Identity,
    offline_id: int,
    answer: tuple[OfflineState, str],
    now: datetime,
) -> OfflinePurchase:
    state, words = answer
    purchase = lock(session, identity, offline_id)
    _require(purchase, OfflineState.FILED, OfflineState.CHECKED)
    who = (purchase.filed_by, purchase.checked_by)
    sides = (purchase.unit_id, purchase.producer_id)
    if is_theirs(identity, purchase.state, sides, who) is None:
        if identity.person_id in who:
            raise OwnOffline
        require_no_stake(identity, purchase.producer_id)
        raise Forbidden
    words = require_reason(words)
    purchase.state = state
    step(session, identity, purchase, (state, words), now)
    return purchase


def reverse_offline(
    session: Session, identity: Identity, offline_id: int, words: str, now: datetime
) -> OfflinePurchase:
    """Takes a verified purchase back, whole, by entries: it is never edited. What was right
    about it is filed anew; the invoice's number is free for that."""
    purchase = lock(session, identity, offline_id)
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    require_no_stake(identity, purchase.producer_id)
    if purchase.state == OfflineState.REVERSED:
        return purchase
    _require(purchase, OfflineState.VERIFIED)
    words = require_reason(words)
    assert purchase.recognised_on is not None, purchase.id
    closed = is_closed(session, purchase.recognised_on.year)
    day = recognised_on(purchase.recognised_on, day_of(now), is_closed=closed)
    purchase.state = OfflineState.REVERSED
    take_back_offline(session, purchase.id, day, now)
    _take_from_villages(session, purchase, day, now)
    release_number(session, purchase.invoice_number, holder(purchase))
    step(session, identity, purchase, ("REVERSED", words), now)
    return purchase


def _take_from_villages(
    session: Session, purchase: OfflinePurchase, day: date, now: datetime
) -> None:
    lines = lines_of(session, purchase)
    remaining = remaining_by_line(session, [line.id for line in lines], "offline")
    taken = [
        AttributedLine(
            order_line_id=line.id,
            product_id=line.product_id,
            workshop_id=line.workshop_id,
            amount_fen=-line.amount_fen,
            origins=tuple(Origin(*place, weight=1) for place in remaining[line.id]),
        )
        for line in lines
    ]
    reverse(session, _sale(purchase, "reversed", day), taken, now, orders=-1)


def _require(purchase: OfflinePurchase, *states: OfflineState) -> None:
    if purchase.state not in states:
        raise OfflineElsewhere
