"""What a campaign says, and who may announce one."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.clock import is_term
from marketplace.core.errors import N_, FieldError, Forbidden, Refusal
from marketplace.core.identity import Identity, Role

MOST_YEARS = 1


class CampaignKind(StrEnum):
    """Buying instead of giving (以购代捐), a fair, a day on which buyers and makers meet."""

    DONATION = "DONATION"
    FAIR = "FAIR"
    MATCHMAKING = "MATCHMAKING"


class CampaignOver(Refusal):
    code = "campaign.over"
    status = 422
    message = N_("活动“%(name)s”现在不在进行,请改选别的活动,或不选。")


@dataclass(frozen=True)
class GivenCampaign:
    """A campaign as it is announced."""

    kind: str
    name: str
    place: str
    words: str
    from_on: date
    until_on: date


WRONG_SPAN = N_("活动要在今天或以后结束,不早于开始,最长一年。")


def wrong_campaign(given: GivenCampaign, today: date) -> list[FieldError]:
    good = is_term(given.from_on, given.until_on, today, MOST_YEARS)
    return [] if good else [FieldError("until_on", WRONG_SPAN)]


def writes(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR)


def require_writer(identity: Identity) -> None:
    if not writes(identity):
        raise Forbidden
