"""What every step of an offline purchase does: hold it, write down who did what, and tell."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.offline.commands.tell import tell
from marketplace.offline.models import OfflineLine, OfflinePurchase, OfflineStep
from marketplace.units.queries import get_visible_unit


def lock(session: Session, identity: Identity, offline_id: int) -> OfflinePurchase:
    """The purchase, held until this transaction ends. Raises NotFound for strangers."""
    purchase = session.scalar(
        select(OfflinePurchase)
        .where(OfflinePurchase.id == offline_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if purchase is None:
        raise NotFound
    get_visible_unit(session, identity, purchase.unit_id)
    return purchase


def lines_of(session: Session, purchase: OfflinePurchase) -> list[OfflineLine]:
    wanted = select(OfflineLine).where(OfflineLine.offline_id == purchase.id)
    return list(session.scalars(wanted.order_by(OfflineLine.id)))


def holder(purchase: OfflinePurchase) -> str:
    """How the register of invoice numbers names it."""
    return f"offline:{purchase.number}"


def step(
    session: Session,
    identity: Identity,
    purchase: OfflinePurchase,
    deed: tuple[str, str],
    now: datetime,
) -> None:
    """Appends what was done, and to the trail what it came to."""
    kind, words = deed
    session.add(
        OfflineStep(
            offline_id=purchase.id, at=now, actor_id=identity.person_id, kind=kind, words=words
        )
    )
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"offline.{kind.lower()}",
        object_kind="offline_purchase",
        object_id=purchase.id,
        before=None,
        after={
            "state": purchase.state,
            "unit_id": purchase.unit_id,
            "invoice_number": purchase.invoice_number,
            "goods_fen": purchase.goods_fen,
            "words": words,
        },
    )
    tell(session, purchase, now)
