"""Campaigns are announced and changed by the operations centre."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.campaigns.models import Campaign
from marketplace.campaigns.queries import get_campaign
from marketplace.campaigns.rules import GivenCampaign, require_writer, wrong_campaign
from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput, NotFound
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
    _leave_a_trail(session, identity, campaign, "campaign.announced", now)
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
    county, campaign_id = place
    campaign = get_campaign(session, campaign_id)
    if campaign.county_code != county:
        raise NotFound
    errors = wrong_campaign(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    for name, value in vars(given).items():
        setattr(campaign, name, value)
    session.flush()
    _leave_a_trail(session, identity, campaign, "campaign.changed", now)
    return campaign


def _leave_a_trail(
    session: Session, identity: Identity, campaign: Campaign, action: str, now: datetime
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind="campaign",
        object_id=campaign.id,
        before=None,
        after={
            "name": campaign.name,
            "from_on": campaign.from_on.isoformat(),
            "until_on": campaign.until_on.isoformat(),
        },
    )
