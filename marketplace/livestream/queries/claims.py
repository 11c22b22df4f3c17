"""What points to a host when something is bought, and to whom the sale therefore belongs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.named import counties_of
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.hosts.queries import HOSTS, hosts_of
from marketplace.livestream.models import LiveSession, LivestreamRule, SessionOffer, ShortLink
from marketplace.livestream.rules.claims import (
    ClaimRule,
    Offered,
    Signals,
    Touch,
    Verdict,
    decide,
)
from marketplace.livestream.rules.links import Followed

# Where a county has decided nothing: seven days, a day of grace, and units earn nothing.
USUAL = ClaimRule(None, timedelta(days=7), timedelta(hours=24), True, False)


_OFFERED = (
    select(
        SessionOffer.id,
        LiveSession.id.label("session_id"),
        LiveSession.host_id,
        HOSTS.c.name,
        LiveSession.title,
        SessionOffer.product_id,
        SessionOffer.rate_ppm,
        SessionOffer.state,
        LiveSession.started_at,
        LiveSession.ended_at,
        HOSTS.c.suspended_at,
    )
    .join(LiveSession, LiveSession.id == SessionOffer.session_id)
    .join(HOSTS, HOSTS.c.id == LiveSession.host_id)
    .order_by(SessionOffer.id)
)


def rule_at(session: Session, county_code: str, at: datetime) -> ClaimRule:
    """The county's rule as it was in force at an instant."""
    row = session.scalars(
        select(LivestreamRule)
        .where(LivestreamRule.county_code == county_code, LivestreamRule.from_at <= at)
        .order_by(LivestreamRule.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return USUAL
    return ClaimRule(
        row.id,
        timedelta(days=row.window_days),
        timedelta(hours=row.grace_hours),
        row.code_beats_link,
        row.units_earn,
    )


def touches_of(session: Session, followed: Collection[Followed]) -> tuple[Touch, ...]:
    """The sessions and hosts behind links that a browser followed."""
    if not followed:
        return ()
    rows = session.execute(
        select(ShortLink.id, LiveSession.id.label("session_id"), LiveSession.host_id)
        .join(LiveSession, LiveSession.id == ShortLink.session_id)
        .where(ShortLink.id.in_([one.link_id for one in followed]))
    )
    places = {row.id: (row.session_id, row.host_id) for row in rows}
    return tuple(
        Touch(*places[one.link_id], datetime.fromtimestamp(one.second, UTC))
        for one in followed
        if one.link_id in places
    )


def own_hosts(session: Session, buyer: Identity, at: datetime) -> frozenset[int]:
    """Hosts for whom the buyer works, themselves or through an agency."""
    agencies = buyer.organisations(OrganisationKind.AGENCY)
    through = hosts_of(session, agencies, day_of(at)) if agencies else {}
    return frozenset({*buyer.organisations(OrganisationKind.HOST), *through})


def verdicts_of(
    session: Session, product_ids: Collection[int], signals: Signals
) -> Mapping[int, Verdict]:
    """Whose sale each product is, by the rule of the county it comes from; products for which
    nothing points to a host are left out."""
    counties = counties_of(session, product_ids)
    rules = {county: rule_at(session, county, signals.at) for county in set(counties.values())}
    offers = _offers(session, product_ids, signals)
    found = {
        product: decide(product, signals, offers, rules[county])
        for product, county in counties.items()
    }
    return {product: verdict for product, verdict in found.items() if verdict}


def _offers(session: Session, product_ids: Collection[int], signals: Signals) -> Sequence[Offered]:
    by_code = LiveSession.host_id == (signals.code_host_id or 0)
    by_link = LiveSession.id.in_({touch.session_id for touch in signals.touches})
    found = session.execute(
        _OFFERED.where(SessionOffer.product_id.in_(product_ids), by_code | by_link)
    )
    return [
        Offered(
            offer_id=row.id,
            session_id=row.session_id,
            host_id=row.host_id,
            host_name=row.name,
            title=row.title,
            product_id=row.product_id,
            rate_ppm=row.rate_ppm,
            is_agreed=row.state == "AGREED",
            started_at=row.started_at,
            ended_at=row.ended_at,
            is_suspended=row.suspended_at is not None and row.suspended_at <= signals.at,
        )
        for row in found
    ]
