"""A session as those who buy in it see it: what was offered, by whom, for which commission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.demonstration.dice import dice
from marketplace.demonstration.goods import Goods
from marketplace.hosts.queries import AgencyShare


@dataclass(frozen=True)
class Offered:
    """One product of a session, with the link that leads to it."""

    offer_id: int
    link_id: int
    rate_ppm: int


@dataclass(frozen=True)
class Airing:
    """A session that was held."""

    session_id: int
    title: str
    host_id: int
    host_name: str
    agency: AgencyShare | None
    started_at: datetime
    ended_at: datetime
    goods: Sequence[Goods]
    # By product.
    offers: Mapping[int, Offered]


def evenings(airings: Sequence[Airing], count: int, seed: int) -> list[datetime]:
    """Instants of buying during sessions, so many in each: at first few, most towards the end."""
    found = []
    for airing in airings:
        chance = dice(seed, "evening", airing.session_id)
        length_s = (airing.ended_at - airing.started_at).total_seconds()
        for _ in range(count):
            second = 600 + int((length_s - 660) * chance.random() ** 0.7)
            found.append(airing.started_at + timedelta(seconds=second))
    return sorted(found)


def on_air(airings: Sequence[Airing], at: datetime) -> Airing | None:
    """The session that was live at an instant."""
    return next((one for one in airings if one.started_at <= at < one.ended_at), None)
