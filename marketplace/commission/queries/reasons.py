"""Why an entry or an open claim is somebody's: the claim that it was made under."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionClaim
from marketplace.commission.queries.claims import Claim
from marketplace.core.paging import in_parts


@dataclass(frozen=True)
class Asked:
    """An entry, or a claim without one, whose reason is asked for."""

    order_line_id: int
    host_id: int
    session_id: int | None
    # Whether it took back what a dispute gave to another.
    is_reversal: bool
    at: datetime


@dataclass(frozen=True)
class Behind:
    """The claim that gives the reason, and the one whose rate was applied."""

    reason: Claim
    terms: Claim


def claims_behind(session: Session, asked: Collection[Asked]) -> Mapping[Asked, Behind]:
    """What is behind each, in one statement for five hundred lines."""
    versions: dict[int, list[Claim]] = {}
    lines = sorted({one.order_line_id for one in asked})
    for few in in_parts(lines, 500):
        columns = [getattr(CommissionClaim, name) for name in Claim.__dataclass_fields__]
        rows = session.execute(
            select(*columns)
            .where(CommissionClaim.order_line_id.in_(few))
            .order_by(CommissionClaim.version)
        )
        for row in rows:
            versions.setdefault(row.order_line_id, []).append(Claim(*tuple(row)))
    return {one: _behind(one, versions.get(one.order_line_id, [])) for one in asked}


def _behind(one: Asked, versions: Iterable[Claim]) -> Behind:
    """What was taken back was the host's by an earlier version; why it is no longer, the one of
    that moment says."""
    told = [claim for claim in versions if claim.decided_at <= one.at]
    mine = [claim for claim in told if claim.host_id == one.host_id]
    if one.is_reversal:
        before = [claim for claim in mine if claim.decided_at < one.at]
        same = [claim for claim in before if claim.session_id == one.session_id]
        terms = (same or before or mine or told)[-1]
        return Behind(told[-1], terms)
    same = [claim for claim in mine if claim.session_id == one.session_id]
    terms = (same or mine or told)[-1]
    return Behind(terms, terms)
