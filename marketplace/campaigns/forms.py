"""What is typed of a campaign."""

from collections.abc import Mapping
from datetime import date

from marketplace.campaigns.rules import CampaignKind, GivenCampaign
from marketplace.web.fields import Fields


def read_campaign(values: Mapping[str, str]) -> GivenCampaign:
    """Name, kind, place, words and days."""
    fields = Fields(values)
    given = GivenCampaign(
        kind=fields.choice("kind", list(CampaignKind)),
        name=fields.text("name", 60),
        place=fields.text("place", 120, required=False),
        words=fields.text("words", 5_000, required=False),
        from_on=fields.day("from_on") or date.min,
        until_on=fields.day("until_on") or date.min,
    )
    fields.check()
    return given


def read_reason(values: Mapping[str, str]) -> str:
    """Why a campaign is ended."""
    fields = Fields(values)
    reason = fields.text("reason", 200)
    fields.check()
    return reason
