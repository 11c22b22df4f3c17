"""Photographs that came with an acceptance."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base


class AcceptancePhoto(Base):
    """What arrived, as it was photographed by whoever accepted it."""

    __tablename__ = "acceptance_photo"
    __table_args__ = (Index(None, "upload_id"), Index(None, "kept_at"))

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    kept_at: Mapped[datetime]
