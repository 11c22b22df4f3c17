"""One register of invoice numbers for the whole marketplace."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base


class InvoiceNumber(Base):
    """A number that is taken, and by what: an order's invoice or an offline purchase.

    What was refused or reversed gives its number back, for the invoice itself still exists.
    """

    __tablename__ = "invoice_number"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    taken_at: Mapped[datetime]
