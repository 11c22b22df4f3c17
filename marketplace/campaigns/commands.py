"""Campaigns are announced and changed by the operations centre."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.campaigns.models import Campaign
from marketplace.campaigns.queries import get_campaign_of
from marketplace.campaigns.rules import GivenCampaign, require_writer, wrong_campaign
from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput
from marketplace.core.identity import Identity


def announce(
    session: Session, identity: Identity, county: str, given: GivenCampaign, now: datetime
) -> Campaign:
    """A campaign of a county. Raises InvalidInput."""
    require_writer(identity)
    errors = wrong_campaign(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    campaign = Campaign(county_code=county, made_by=identity.person_id, made_at=now, **vars(given))
    session.add(campaign)
    session.flush()
    _leave_a_trail(session, campaign, (identity, "campaign.announced"), now, before=None)
    return campaign


def change_campaign(
    session: Session,
    identity: Identity,
    place: tuple[str, int],
    given: GivenCampaign,
    now: datetime,
) -> Campaign:
    """Rewords or moves a campaign (county, id); what was bought for it stays with it."""
    require_writer(identity)
    campaign = get_campaign_of(session, *place)
    errors = wrong_campaign(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    before = _facts(campaign)
    for name, value in vars(given).items():
        setattr(campaign, name, value)
    session.flush()
    _leave_a_trail(session, campaign, (identity, "campaign.changed"), now, before=before)
    return campaign


def end_campaign(
    session: Session, identity: Identity, place: tuple[str, int], reason: str, now: datetime
) -> Campaign:
    """Ends a campaign (county, id) at once: yesterday was its last day, its only one where it had
    not begun. What was bought for it stays with it. A second time changes nothing."""
    require_writer(identity)
    campaign = get_campaign_of(session, *place)
    yesterday = day_of(now) - timedelta(days=1)
    if campaign.until_on <= yesterday:
        return campaign
    before = _facts(campaign)
    campaign.from_on, campaign.until_on = min(campaign.from_on, yesterday), yesterday
    session.flush()
    did = (identity, "campaign.ended")
    _leave_a_trail(session, campaign, did, now, before=before, reason=reason)
    return campaign


def _facts(campaign: Campaign) -> dict[str, Any]:
    return {
        "kind": campaign.kind,
        "name": campaign.name,
        "place": campaign.place,
        "words": campaign.words,
        "from_on": campaign.from_on.isoformat(),
        "until_on": campaign.until_on.isoformat(),
    }


def _leave_a_trail(
    session: Session,
    campaign: Campaign,
    did: tuple[Identity, str],
    now: datetime,
    *,
    before: dict[str, Any] | None,
    **more: str,
) -> None:
    identity, action = did
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind="campaign",
        object_id=campaign.id,
        before=before,
        after={**_facts(campaign), **more},
    )
