"""Papers: the facts they were made of, and the file that came of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Paper(Base):
    """A paper in one format. Its facts were frozen when it was asked for; asked for again while
    they are the same, it is the same paper."""

    __tablename__ = "paper"
    __table_args__ = (
        Unique("kind", "object", "format", "facts_sha256"),
        CheckConstraint("format IN ('pdf', 'xlsx', 'csv', 'zip')", name="known_format"),
        CheckConstraint("(done_at IS NULL) = (content IS NULL)", name="done_with_content"),
        Index(None, "object", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    # `purchase:12`, `unit:17/2026`.
    object: Mapped[str] = mapped_column(String(40))
    format: Mapped[str] = mapped_column(String(4))
    # What a package holds, and what stands on a certificate, which anyone may check; what stands
    # on any other paper names people and accounts, and is sealed, like its file.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_sealed: Mapped[str] = mapped_column(Text, default="")
    facts_sha256: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))


class PaperPart(Base):
    """A paper inside a package, under the name it has there."""

    __tablename__ = "paper_part"

    package_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(160))
