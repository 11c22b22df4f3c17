"""Whom the county asks to prove themselves twice; who does not yet is led to where they can."""

from cachetools import LRUCache
from flask import current_app

from marketplace.accounts.rules.second_step import SecondStepNeeded, watched_standings
from marketplace.administration.queries import counties_that_set, setting
from marketplace.administration.routes.room import county_of
from marketplace.administration.rules.settings import Demanded, Name
from marketplace.core.identity import Identity, Standing
from marketplace.core.seats import Seat
from marketplace.web import now, session
from marketplace.web.database import this_minute

Asked = tuple[tuple[Standing, ...], int]


class Demand:
    """What counties demand, asked once a minute for each set of roles, in this process."""

    def __init__(self) -> None:
        self._known: LRUCache[Asked, bool] = LRUCache(10_000)
        self._demanding: tuple[int, bool] = (-1, False)

    def __call__(self, identity: Identity, seat: Seat) -> None:
        """Raises SecondStepNeeded."""
        if not seat.has_second_step and self._anybody_demands() and self._is_required(identity):
            raise SecondStepNeeded

    def _anybody_demands(self) -> bool:
        """Most shops hold no county that ever did: nobody's roles are looked at there."""
        minute = this_minute()
        if self._demanding[0] != minute:
            known = bool(counties_that_set(session(), Name.SECOND_STEP_REQUIRED))
            self._demanding = (minute, known)
        return self._demanding[1]

    def _is_required(self, identity: Identity) -> bool:
        key = (identity.standings, this_minute())
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _is_demanded(identity)
        return known


def _is_demanded(identity: Identity) -> bool:
    """Of somebody with roles in two counties the stricter decides. Whoever belongs to no county
    (the public, hosts, contractors) is asked what the county of this shop asks."""
    counties = {one: county_of(Identity(0, "", "", None, 0, (one,))) for one in identity.standings}
    watched = {counties[one] for one in watched_standings(identity)}
    home = current_app.config["SETTINGS"].county_code
    everywhere = {county or home for county in counties.values()} or {home}
    return any(_demanded_by(one) >= Demanded.OFFICIALS for one in watched) or any(
        _demanded_by(one) >= Demanded.EVERYONE for one in watched | everywhere
    )


def _demanded_by(county_code: str) -> int:
    return setting(session(), county_code, Name.SECOND_STEP_REQUIRED, now())
