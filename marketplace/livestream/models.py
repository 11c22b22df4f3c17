"""Hosts."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Host(Base):
    """Someone who sells by livestream; the code is what viewers type at checkout."""

    __tablename__ = "host"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    joined_at: Mapped[datetime]
