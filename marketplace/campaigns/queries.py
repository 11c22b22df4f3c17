"""Reads of campaigns."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.campaigns.models import Campaign
from marketplace.campaigns.rules import CampaignOver
from marketplace.core.errors import NotFound


def get_campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign. Raises NotFound."""
    found = session.get(Campaign, campaign_id)
    if found is None:
        raise NotFound
    return found


def get_campaign_of(session: Session, county: str, campaign_id: int) -> Campaign:
    """The campaign of a county. Raises NotFound."""
    found = get_campaign(session, campaign_id)
    if found.county_code != county:
        raise NotFound
    return found


def list_campaigns(session: Session, county: str) -> Sequence[Campaign]:
    """A county's campaigns, the latest first."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.county_code == county)
        .order_by(Campaign.until_on.desc(), Campaign.id.desc())
        .limit(200)
    ).all()


def running(session: Session, counties: Collection[str], day: date) -> dict[int, str]:
    """(id → name) of what counties run on a day: for whoever buys goods from there."""
    rows = session.execute(
        select(Campaign.id, Campaign.name)
        .where(Campaign.county_code.in_(counties))
        .where(Campaign.from_on <= day, Campaign.until_on >= day)
        .order_by(Campaign.until_on, Campaign.id)
        .limit(50)
    )
    return {row.id: row.name for row in rows}


def require_running(session: Session, campaign_id: int | None, day: date) -> None:
    """Raises CampaignOver where something is bought for a campaign that does not run."""
    if campaign_id is None:
        return
    found = session.get(Campaign, campaign_id)
    if found is None or not found.from_on <= day <= found.until_on:
        raise CampaignOver(name=found.name if found else str(campaign_id))
