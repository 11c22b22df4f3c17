"""Texts as they were published, and the drafts of the next ones."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id

_KNOWN = (
    "kind IN ('TERMS', 'PRIVACY', 'PLATFORM_RULES', 'LIVESTREAM', 'AFTER_SALE', 'QUALIFICATION')"
)


class LegalText(Base):
    """A version of a text. The database refuses to change or delete one."""

    __tablename__ = "legal_text"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        CheckConstraint(_KNOWN, name="known_kind"),
        CheckConstraint("published_by <> written_by", name="four_eyes"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    # What is different from the version before, and why.
    reason: Mapped[str] = mapped_column(String(500))
    # None: it came with the program, as the first of its kind.
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]
    in_force_from: Mapped[date]


class LegalDraft(Base):
    """The next version while it is written. One for each kind; publishing takes it away."""

    __tablename__ = "legal_draft"
    __table_args__ = (CheckConstraint(_KNOWN, name="known_kind"),)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500), default="")
    in_force_from: Mapped[date | None]
    # Raised with every change: whoever publishes says which one they have read.
    edition: Mapped[int]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
