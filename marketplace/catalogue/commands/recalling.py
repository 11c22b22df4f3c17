"""A batch is recalled: from this moment on nothing of it is sold any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.models import Batch, Variant
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity


def stop_sale(
    session: Session, identity: Identity, batch_id: int, reason: str, now: datetime
) -> bool:
    """Marks a batch as recalled; False where it was already. A sale that holds the batch at this
    moment comes first, every later one finds nothing. There is no way back."""
    batch = session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None:
        raise NotFound
    if batch.recalled_at is not None:
        return False
    batch.recalled_at, batch.recalled_by, batch.recall_reason = now, identity.person_id, reason
    session.flush()
    variant = session.get_one(Variant, batch.variant_id)
    note_changes(session, [variant.product_id], now)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="batch.recalled",
        object_kind="batch",
        object_id=batch.id,
        before=None,
        after={"code": batch.code, "reason": reason},
    )
    return True
