"""What was asked for and decided, and the settings that hold from when."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id

_STATES = "state IN ('ASKED', 'GRANTED', 'REFUSED', 'WITHDRAWN')"
_DECIDED = "(decided_by IS NULL) = (state IN ('ASKED', 'WITHDRAWN'))"
_FOUR_EYES = "decided_by IS NULL OR decided_by <> asked_by"


class Asked:
    """What every request says of who asked and who decided."""

    id: Mapped[Id]
    county_code: Mapped[str] = mapped_column(String(6))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(12))
    # What is asked for while it waits, so that it waits once.
    open_for: Mapped[str | None] = mapped_column(String(80), unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")


class RoleRequest(Asked, Base):
    """A role that somebody is to get, or to hold no longer."""

    __tablename__ = "role_request"
    __table_args__ = (
        CheckConstraint(_STATES, name="known_state"),
        CheckConstraint(_DECIDED, name="decided_by_somebody"),
        CheckConstraint(_FOUR_EYES, name="four_eyes"),
        CheckConstraint("decided_by IS NULL OR decided_by <> person_id", name="not_for_oneself"),
        CheckConstraint("ask IN ('GIVE', 'END')", name="known_ask"),
        Index(None, "county_code", "state", "id"),
        Index(None, "person_id", "id"),
    )

    ask: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_kind: Mapped[str] = mapped_column(String(12))
    organisation_id: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))


class SettingRequest(Asked, Base):
    """A setting that is to hold from a moment on."""

    __tablename__ = "setting_request"
    __table_args__ = (
        CheckConstraint(_STATES, name="known_state"),
        CheckConstraint(_DECIDED, name="decided_by_somebody"),
        CheckConstraint(_FOUR_EYES, name="four_eyes"),
        Index(None, "county_code", "state", "id"),
    )

    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(JSON)


class CountySetting(Base):
    """What a county has set, from when. Added, never changed."""

    __tablename__ = "county_setting"
    __table_args__ = (
        UniqueConstraint("county_code", "name", "version"),
        CheckConstraint("decided_by <> asked_by", name="four_eyes"),
    )

    id: Mapped[Id]
    county_code: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    value: Mapped[int] = mapped_column(JSON)
    from_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500))
