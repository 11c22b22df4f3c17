"""Whom the county asks to prove themselves twice; who does not yet is led to where they can."""

from cachetools import LRUCache

from marketplace.accounts.rules.second_step import SecondStepNeeded, watched_standings
from marketplace.administration.queries import setting
from marketplace.administration.routes.room import county_of
from marketplace.administration.rules.settings import Name
from marketplace.core.identity import Identity, Standing
from marketplace.core.seats import Seat
from marketplace.web import now, session
from marketplace.web.database import this_minute

Asked = tuple[tuple[Standing, ...], int]


class Demand:
    """What counties demand, asked once a minute for each set of roles, in this process."""

    def __init__(self) -> None:
        self._known: LRUCache[Asked, bool] = LRUCache(10_000)

    def __call__(self, identity: Identity, seat: Seat) -> None:
        """Raises SecondStepNeeded."""
        if not seat.has_second_step and self._is_required(identity):
            raise SecondStepNeeded

    def _is_required(self, identity: Identity) -> bool:
        watched = watched_standings(identity)
        if not watched:
            return False
        key = (watched, this_minute())
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = any(_county_requires(one) for one in watched)
        return known


def _county_requires(standing: Standing) -> bool:
    # Of somebody with roles in two counties the stricter decides.
    county_code = county_of(Identity(0, "", "", None, 0, (standing,)))
    return bool(setting(session(), county_code, Name.SECOND_STEP_REQUIRED, now()))
