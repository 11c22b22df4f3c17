"""Requests after the sale as people see them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.ordering.models import AfterSaleStep, Order, Refund, RefundLine
from marketplace.ordering.queries.orders import get_order
from marketplace.ordering.queries.parts import refunds_where
from marketplace.ordering.queries.views import RefundView
from marketplace.ordering.rules.aftersale import Stage
from marketplace.uploads.queries import KeptFile, get_upload

# Tab → what of the requests it holds.
TABS = {
    "mediation": Refund.stage == Stage.MEDIATION,
    "asked": Refund.stage == Stage.ASKED,
    "refused": Refund.stage == Stage.REFUSED,
    "ended": Refund.state != "REQUESTED",
}


@dataclass(frozen=True)
class StepView:
    """What was said or done about a request."""

    at: datetime
    kind: str
    who: str
    words: str
    uploads: tuple[int, ...]


@dataclass(frozen=True)
class AskedLine:
    order_line_id: int
    quantity: int
    amount_fen: int


def count_requests(
    session: Session, producer_id: int | None = None, *, area: str = ""
) -> dict[str, int]:
    """How many requests each tab holds, of all producers or of one."""
    counted = select(*(func.count().filter(tab) for tab in TABS.values()))
    counted = counted.select_from(Refund).where(*in_area("refund", Refund.id, area))
    if producer_id is not None:
        counted = counted.join(Order, Order.id == Refund.order_id)
        counted = counted.where(Order.producer_id == producer_id)
    return dict(zip(TABS, session.execute(counted).one(), strict=True))


def list_requests(
    session: Session,
    tab: str,
    page: PageRequest,
    producer_id: int | None = None,
    *,
    area: str = "",
) -> Page[RefundView]:
    """The requests of a tab, the newest first."""
    wanted = [TABS[tab], *in_area("refund", Refund.id, area)]
    if producer_id is not None:
        wanted.append(Order.producer_id == producer_id)
    total = count_requests(session, producer_id, area=area)[tab]
    found = refunds_where(session, *wanted, page=page)
    return Page(found, page.page, page.per_page, total)


def steps_of(session: Session, refund_ids: Collection[int]) -> dict[int, list[StepView]]:
    """What happened to requests, in the order in which it did."""
    steps: dict[int, list[StepView]] = defaultdict(list)
    rows = session.execute(
        select(
            AfterSaleStep.refund_id,
            AfterSaleStep.at,
            AfterSaleStep.kind,
            PERSON_NAMES.c.name,
            AfterSaleStep.words,
            AfterSaleStep.uploads,
        )
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == AfterSaleStep.actor_id)
        .where(AfterSaleStep.refund_id.in_(refund_ids))
        .order_by(AfterSaleStep.id)
    )
    for refund_id, at, kind, who, words, uploads in rows:
        steps[refund_id].append(StepView(at, kind, who or "", words, tuple(uploads)))
    return steps


def asked_lines_of(session: Session, refund_ids: Collection[int]) -> dict[int, Sequence[AskedLine]]:
    """Which lines requests are about."""
    lines: dict[int, list[AskedLine]] = defaultdict(list)
    rows = session.execute(
        select(
            RefundLine.refund_id,
            RefundLine.order_line_id,
            RefundLine.quantity,
            RefundLine.amount_fen,
        )
        .where(RefundLine.refund_id.in_(refund_ids))
        .order_by(RefundLine.order_line_id)
    )
    for refund_id, *rest in rows:
        lines[refund_id].append(AskedLine(*rest))
    return dict(lines)


def order_of_request(session: Session, refund_id: int) -> int:
    """The order that a request is about. Raises NotFound."""
    order_id = session.scalar(select(Refund.order_id).where(Refund.id == refund_id))
    if order_id is None:
        raise NotFound
    return order_id


def get_photograph(
    session: Session, identity: Identity, refund_id: int, upload_id: int
) -> KeptFile:
    """A photograph of a request, for whoever may see its order. Raises NotFound."""
    get_order(session, identity, order_of_request(session, refund_id))
    steps = steps_of(session, [refund_id]).get(refund_id, [])
    if not any(upload_id in step.uploads for step in steps):
        raise NotFound
    return get_upload(session, upload_id)


def queue_of_mediation(session: Session, *, area: str = "") -> Queue:
    """Requests that buyer and producer could not agree on."""
    here = in_area("refund", Refund.id, area)
    return queue_of(session, Refund.requested_at, TABS["mediation"], *here)
