"""Who of a unit receives what out of a purchase: the staff list behind its lines."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class PurchaseRecipient(Base):
    """Someone on the staff list of a purchase. The packs of all of them are its lines."""

    __tablename__ = "purchase_recipient"
    __table_args__ = (
        CheckConstraint("place > 0", name="place_positive"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        UniqueConstraint("purchase_id", "place"),
    )

    id: Mapped[Id]
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"))
    # Where the person stands on the list.
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    department: Mapped[str] = mapped_column(String(60))
    phone_sealed: Mapped[str] = mapped_column("phone", Text)
    # Empty where the gift comes with the unit's own goods, to its consignee.
    address: Mapped[str] = mapped_column(String(200))
    # What the gift may cost at most, where the list gave an amount.
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    corrected_at: Mapped[datetime | None]


class RecipientPack(Base):
    """Packs of a variant for one person, and the parcel in which they left."""

    __tablename__ = "recipient_pack"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("(shipment_id IS NULL) = (sent_to IS NULL)", name="sent_somewhere"),
    )

    recipient_id: Mapped[int] = mapped_column(ForeignKey("purchase_recipient.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    quantity: Mapped[int]
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"), index=True)
    # The address on the parcel, whatever is corrected later for another one.
    sent_to: Mapped[str | None] = mapped_column(String(200))
