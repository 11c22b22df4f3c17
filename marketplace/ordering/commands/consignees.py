"""To whom a purchase goes, as it is written down: the telephone sealed."""

from sqlalchemy.orm import Session

from marketplace.core.closed import mark_words, seal_words
from marketplace.core.resealing import Marked, Sealed
from marketplace.ordering.models import Purchase, PurchaseRecipient
from marketplace.ordering.rules import Consignee
from marketplace.ordering.rules.recipients import words_to_mark

CONSIGNEES = Sealed(
    Purchase.id,
    (Purchase.consignee_phone_sealed,),
    marks=(Marked(Purchase.consignee_phone_sealed, Purchase.consignee_phone_mark, words_to_mark),),
)
RECIPIENTS = Sealed(PurchaseRecipient.id, (PurchaseRecipient.phone_sealed,))


def write_consignee(session: Session, purchase: Purchase, consignee: Consignee) -> None:
    """Name and address as they are, the telephone sealed and marked."""
    purchase.consignee_name = consignee.name
    purchase.consignee_phone_sealed = seal_words(session, consignee.phone)
    purchase.consignee_phone_mark = mark_words(session, words_to_mark(consignee.phone))
    purchase.consignee_address = consignee.address
