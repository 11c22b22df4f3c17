"""What officials keep of the search, and what people searched for."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class SynonymGroup(Base):
    """Words that mean the same goods, as an official wrote them."""

    __tablename__ = "synonym_group"

    id: Mapped[Id]
    words: Mapped[str] = mapped_column(String(400))
    changed_at: Mapped[datetime]


class SearchCount(Base):
    """How often words were searched for on a day and found something."""

    __tablename__ = "search_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    typed: Mapped[str] = mapped_column(String(40), primary_key=True)
    searches: Mapped[int]
