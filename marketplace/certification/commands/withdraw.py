"""A recognition is taken back. What was ordered before keeps it; drafts and baskets lose it."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands import withdraw_certificate
from marketplace.catalogue.commands.products import lock_product
from marketplace.catalogue.queries.certified import CertifiedRow, get_certificate
from marketplace.certification.rules import AlreadyWithdrawn, WithdrawalChanged
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.notices.commands import Matter, tell_readers
from marketplace.ordering.queries.withdrawal import effect_of
from marketplace.ordering.rules import require_reason


def withdraw(
    session: Session, identity: Identity, number: str, told: tuple[str, str], now: datetime
) -> CertifiedRow:
    """Withdraws a certificate from today on. `told` is the reason, and the mark of the effect
    that was shown. Raises NotFound, Forbidden, WithdrawalChanged, AlreadyWithdrawn."""
    if not identity.is_in_centre(Role.CERTIFIER):
        raise Forbidden
    lock_product(session, get_certificate(session, number).product_id)
    # Looked at under the lock: somebody may have withdrawn it a moment ago.
    certificate = get_certificate(session, number)
    if certificate.withdrawn_on is not None:
        raise AlreadyWithdrawn(number=number)
    reason, seen = require_reason(told[0]), told[1]
    effect = effect_of(session, certificate.product_id)
    if effect.mark != seen:
        raise WithdrawalChanged
    withdraw_certificate(session, number, now, reason=reason)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="certificate.withdrawn",
        object_kind="product",
        object_id=certificate.product_id,
        before={"number": number, "valid_until": certificate.valid_until.isoformat()},
        after={"reason": reason, "orders_that_keep_it": effect.keeping},
    )
    _tell(session, certificate, now)
    return certificate


def _tell(session: Session, certificate: CertifiedRow, now: datetime) -> None:
    producer_id, number = certificate.producer_id, certificate.number
    params = {"name": certificate.product_name, "number": number}
    address, key = f"/producer/{producer_id}/certification", f"certificate_withdrawn:{number}"
    matter = Matter("product", certificate.product_id, params, address, key=key)
    clerks = (OrganisationKind.PRODUCER, producer_id, ())
    tell_readers(session, "certificate_withdrawn", matter, clerks, now)
