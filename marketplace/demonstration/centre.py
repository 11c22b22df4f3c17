"""What the operations centre has done: pairings, campaigns, last month's bulletin."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.bulletin.commands import draft_bulletin, publish_bulletin, sign_bulletin
from marketplace.campaigns.commands import announce
from marketplace.campaigns.rules import GivenCampaign
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.demonstration.announcements import announce_to_all
from marketplace.demonstration.deals import Buyer
from marketplace.demonstration.dice import dice
from marketplace.demonstration.places import Places
from marketplace.pairings.commands import pair_by_table
from marketplace.pairings.rules import GivenPairing
from marketplace.payments.rules.settlement import last_period

COUNTY = "420304"
PAIRS = 120
CAMPAIGNS = (
    ("DONATION", "以购代捐·香菇季", "", "买一份,就是帮一户。食堂和工会都可以参加。", -20, 40),
    ("FAIR", "秋季山货展销会", "郧阳区体育馆", "二十个乡镇带来当季的山货,现场品尝。", -60, 2),
    ("MATCHMAKING", "食堂采购产销对接会", "区政务中心三楼", "各单位食堂和合作社面对面谈。", 7, 1),
)


def tell_of_the_centre(
    session: Session,
    logins: Mapping[str, int],
    where: tuple[Iterable[Buyer], Places],
    seed: int,
    now: datetime,
) -> None:
    """Units stand by villages, campaigns run, and a bulletin is published."""
    official, colleague = (_person(session, logins[name]) for name in ("official", "cashier"))
    _pair(session, official, where, seed, now)
    today = day_of(now)
    for kind, name, place, words, begins, lasts in CAMPAIGNS:
        from_on = today + timedelta(days=begins)
        given = GivenCampaign(kind, name, place, words, from_on, from_on + timedelta(days=lasts))
        # Announced a week before it began, as it would have been.
        announced_at = min(now, now + timedelta(days=begins - 7))
        announce(session, official, COUNTY, given, announced_at)
    announce_to_all(session, official, COUNTY, now)
    made = draft_bulletin(session, official, (COUNTY, last_period(today)), now)
    for step in (sign_bulletin, publish_bulletin):
        step(session, colleague, (COUNTY, made.id), now)


def _pair(
    session: Session,
    official: Identity,
    where: tuple[Iterable[Buyer], Places],
    seed: int,
    now: datetime,
) -> None:
    buyers, places = where
    units = sorted(buyer.unit_id for buyer in buyers if buyer.unit_id)
    villages = [place.code for place in places.all]
    chance = dice(seed, "pairings")
    chosen = chance.sample(units, min(PAIRS, len(units)))
    begun = date(day_of(now).year, 1, 1)
    rows = [
        GivenPairing(unit_id, chance.choice(villages), begun, "郧驻组发〔示例〕1 号")
        for unit_id in chosen
    ]
    pair_by_table(session, official, rows, now)


def _person(session: Session, person_id: int) -> Identity:
    found = load_identity(session, person_id)
    assert found is not None, person_id
    return found
