"""Sending a suggestion to the unit it is about."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.audit.commands import record
from marketplace.cockpit.models import MatchNotice
from marketplace.cockpit.queries import read_pair
from marketplace.cockpit.queries.matching import Pair
from marketplace.cockpit.rules import (
    MatchSentAlready,
    NobodyToTell,
    NothingToSuggest,
    operates,
    week_of,
)
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.geography.queries import get_village
from marketplace.notices.commands import Matter, tell_each
from marketplace.units.queries import get_unit


def send_match(
    session: Session, identity: Identity, unit_id: int, village_code: str, now: datetime
) -> int:
    """Tells the unit's buyers and finance, once a week; how many people it told.

    Raises NotFound, NothingToSuggest, NobodyToTell, MatchSentAlready.
    """
    if not operates(identity):
        raise Forbidden
    village = get_village(session, village_code)
    pair = read_pair(session, unit_id, village_code, day_of(now))
    if not pair.stands:
        raise NothingToSuggest
    people = member_ids(session, OrganisationKind.UNIT, unit_id, Role.BUYER, Role.FINANCE)
    if not people:
        raise NobodyToTell
    week = week_of(day_of(now))
    _keep(session, identity, (unit_id, village_code, week), (pair, len(people)), now)
    params: dict[str, str | int] = {
        "name": get_unit(session, unit_id).name,
        "village": village.name,
        "gap_fen": pair.gap_fen,
        "product": pair.goods[0].product_name,
        "packs": pair.packs,
    }
    address, key = f"/villages/{village_code}", f"match:{week}:{unit_id}:{village_code}"
    matter = Matter("unit", unit_id, params, address, key=key)
    tell_each(session, "match_suggested", matter, people, now)
    return len(people)


def _keep(
    session: Session,
    identity: Identity,
    key: tuple[int, str, str],
    told: tuple[Pair, int],
    now: datetime,
) -> None:
    (unit_id, village_code, week), (pair, people) = key, told
    statement = insert_into(session, MatchNotice).values(
        unit_id=unit_id,
        village_code=village_code,
        week=week,
        gap_fen=pair.gap_fen,
        people=people,
        sent_by=identity.person_id,
        sent_at=now,
    )
    once = statement.on_conflict_do_nothing(index_elements=["unit_id", "village_code", "week"])
    if session.execute(once.returning(MatchNotice.id)).first() is None:
        raise MatchSentAlready
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="match.sent",
        object_kind="unit",
        object_id=unit_id,
        before=None,
        after={"village_code": village_code, "gap_fen": pair.gap_fen, "people": people},
    )
