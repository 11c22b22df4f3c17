"""Lists that a unit or a person buys by again and again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class SavedList(Base):
    """A named list of a unit, or of a person who buys for themselves."""

    __tablename__ = "saved_list"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (person_id IS NULL)", name="one_owner"),
        UniqueConstraint("unit_id", "name"),
        UniqueConstraint("person_id", "name"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class SavedListLine(Base):
    """A variant on a list, and how many packs of it."""

    __tablename__ = "saved_list_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("saved_list.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    quantity: Mapped[int]
