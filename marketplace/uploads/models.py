"""Files as they came."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Upload(Base):
    """A file. It lives in the database, so a backup holds it and a transaction covers it."""

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"), Index(None, "sha256"))

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
