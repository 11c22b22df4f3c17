"""Townships, villages and the dates between which a village was listed as poor."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Township(Base):
    __tablename__ = "township"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    county_code: Mapped[str] = mapped_column(String(12), index=True)


class Village(Base):
    """A village or community. The code is its key: names repeat. It is never deleted."""

    __tablename__ = "village"
    __table_args__ = (
        CheckConstraint("kind IN ('village', 'community')", name="known_kind"),
        CheckConstraint(
            "successor_code IS NULL OR abolished_on IS NOT NULL", name="successor_has_a_date"
        ),
    )

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    official_name: Mapped[str] = mapped_column(String(80))
    township_code: Mapped[str] = mapped_column(ForeignKey("township.code"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    abolished_on: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"))


class PoorVillageListing(Base):
    """A time during which a village was listed as poor; `listed_until` is its last day."""

    __tablename__ = "poor_village_listing"
    __table_args__ = (
        CheckConstraint(
            "listed_until IS NULL OR listed_until >= listed_from", name="dates_in_order"
        ),
    )

    id: Mapped[Id]
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    listed_from: Mapped[date]
    listed_until: Mapped[date | None]
    source: Mapped[str]
