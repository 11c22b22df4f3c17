"""Writing claims, and what they earn. Both only grow."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionClaim, CommissionEntry
from marketplace.commission.queries.claims import Claim, claims_of_orders, standing, standing_parts
from marketplace.commission.rules import ClaimedLine, Earned, EarnedOrder, change_of
from marketplace.core.db import AS_ONE
from marketplace.hosts.queries import AgencyShare
from marketplace.livestream.rules.claims import Verdict


def claim(
    session: Session,
    lines: Mapping[int, Iterable[ClaimedLine]],
    verdicts: Mapping[int, Verdict],
    agencies: Mapping[int, AgencyShare],
    now: datetime,
) -> None:
    """Writes down whose sale each line of the orders (by order) is, and why."""
    rows = [
        _claim(order_id, line, verdict, agencies.get(verdict.host_id or 0), now)
        for order_id, theirs in lines.items()
        for line in theirs
        if (verdict := verdicts.get(line.product_id))
    ]
    if rows:
        session.execute(insert(CommissionClaim), rows, execution_options=AS_ONE)


def _claim(
    order_id: int, line: ClaimedLine, verdict: Verdict, agency: AgencyShare | None, now: datetime
) -> dict[str, object]:
    return {
        "order_line_id": line.order_line_id,
        "version": 1,
        "order_id": order_id,
        "product_id": line.product_id,
        "host_id": verdict.host_id,
        "session_id": verdict.session_id,
        "offer_id": verdict.offer_id,
        "agency_id": agency.agency_id if agency else None,
        "agency_ppm": agency.share_ppm if agency else 0,
        "rate_ppm": verdict.rate_ppm,
        "outcome": verdict.outcome,
        "facts": dict(verdict.facts),
        "rule_id": verdict.rule_id,
        "decided_at": now,
    }


def earn(session: Session, facts: EarnedOrder, amounts: Mapping[int, int], now: datetime) -> Earned:
    """Enters what recognised amounts (by line; negative: given back) earn under the claims that
    hold. Returns what hosts and agencies got or lost by it."""
    claims = claims_of_orders(session, [facts.order_id])
    held = {line: one for line, one in claims.items() if one.host_id is not None}
    before = standing(session, [line for line in amounts if line in held])
    rows = [
        _entry(facts, held[line], before.get((line, held[line].host_id or 0)), delta_fen, now)
        for line, delta_fen in sorted(amounts.items())
        if line in held and delta_fen
    ]
    if rows:
        session.execute(insert(CommissionEntry), rows, execution_options=AS_ONE)
    return earned_of(rows)


def _entry(
    facts: EarnedOrder,
    held: Claim,
    before: tuple[int, int, int] | None,
    delta_fen: int,
    now: datetime,
) -> dict[str, object]:
    host_fen, agency_fen = change_of(before or (0, 0, 0), delta_fen, held.rate_ppm, held.agency_ppm)
    return {
        "source": f"{facts.source}/{held.order_line_id}",
        "kind": facts.kind,
        "order_id": facts.order_id,
        "order_line_id": held.order_line_id,
        "product_id": held.product_id,
        "producer_id": facts.producer_id,
        "host_id": held.host_id,
        "session_id": held.session_id,
        "agency_id": held.agency_id,
        "base_fen": delta_fen,
        "host_fen": host_fen,
        "agency_fen": agency_fen,
        "counted_on": facts.counted_on,
        "posted_at": now,
    }


def claim_again(
    session: Session,
    order_id: int,
    verdicts: Mapping[ClaimedLine, Verdict],
    agency: AgencyShare | None,
    now: datetime,
) -> None:
    """Adds a version to the claims of lines of an order: from now on it holds."""
    before = claims_of_orders(session, [order_id])
    versions = {line_id: claim.version + 1 for line_id, claim in before.items()}
    rows = [
        {
            **_claim(order_id, line, verdict, agency, now),
            "version": versions.get(line.order_line_id, 1),
        }
        for line, verdict in verdicts.items()
    ]
    session.execute(insert(CommissionClaim), rows, execution_options=AS_ONE)


def take_back(
    session: Session, facts: EarnedOrder, order_line_ids: Collection[int], now: datetime
) -> Earned:
    """Reverses everything that stands of lines, with each host, session and agency that has it."""
    rows = [
        {
            "source": f"{facts.source}/back/{part.order_line_id}/{place}",
            "kind": "REVERSED",
            "order_id": facts.order_id,
            "order_line_id": part.order_line_id,
            "product_id": part.product_id,
            "producer_id": facts.producer_id,
            "host_id": part.host_id,
            "session_id": part.session_id,
            "agency_id": part.agency_id,
            "base_fen": -part.base_fen,
            "host_fen": -part.host_fen,
            "agency_fen": -part.agency_fen,
            "counted_on": facts.counted_on,
            "posted_at": now,
        }
        for place, part in enumerate(standing_parts(session, order_line_ids))
    ]
    if rows:
        session.execute(insert(CommissionEntry), rows, execution_options=AS_ONE)
    return earned_of(rows)


def earned_of(rows: Iterable[Mapping[str, object]]) -> Earned:
    """What entries come to for each host and agency."""
    hosts: dict[int, int] = {}
    agencies: dict[int, int] = {}
    for row in rows:
        for sums, whom, fen in (
            (hosts, row["host_id"], row["host_fen"]),
            (agencies, row["agency_id"], row["agency_fen"]),
        ):
            if isinstance(whom, int) and isinstance(fen, int) and fen:
                sums[whom] = sums.get(whom, 0) + fen
    return Earned(hosts, agencies)
