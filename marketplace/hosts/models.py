"""Hosts, agencies, how they belong together, and how they were admitted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Host(Base):
    """Someone who sells by livestream; the code is what viewers type at checkout."""

    __tablename__ = "host"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    joined_at: Mapped[datetime]
    # Since when the county no longer looks at each session before it starts.
    trusted_at: Mapped[datetime | None]
    # While it stands, nothing new is started and nothing new is earned.
    suspended_at: Mapped[datetime | None]
    # Whose centre admitted them, and looks after them.
    county_code: Mapped[str] = mapped_column(String(6), server_default="", default="", index=True)


class Agency(Base):
    """A company that has hosts under contract and gets a share of their commission."""

    __tablename__ = "agency"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    joined_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    county_code: Mapped[str] = mapped_column(String(6), server_default="", default="", index=True)


class AgencyContract(Base):
    """From when to when a host belongs to an agency, and the agency's share of the commission.

    The agency proposes, the host agrees; what was earned keeps the share of its day.
    """

    __tablename__ = "agency_contract"
    __table_args__ = (
        CheckConstraint("share_ppm >= 0 AND share_ppm <= 1000000", name="share_is_a_part"),
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        CheckConstraint("state IN ('PROPOSED', 'AGREED', 'REFUSED', 'ENDED')", name="known_state"),
        Index(None, "host_id", "from_on"),
        Index(None, "agency_id", "state"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    share_ppm: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class HostApplication(Base):
    """Someone asks to be admitted as a host or, for a company, as an agency.

    Name and identity number stand here sealed; the mark finds the same person again.
    """

    __tablename__ = "host_application"
    __table_args__ = (
        CheckConstraint("kind IN ('HOST', 'AGENCY')", name="known_kind"),
        CheckConstraint(
            "state IN ('WAITING', 'ADMITTED', 'REFUSED', 'WITHDRAWN')", name="known_state"
        ),
        CheckConstraint("(state = 'WAITING') = (open_for IS NOT NULL)", name="open_while_waiting"),
        CheckConstraint("decided_by IS NULL OR decided_by <> applicant_id", name="four_eyes"),
        Index(None, "state", "id"),
        Index(None, "identity_mark"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # The applicant, while it waits: nobody has two that wait.
    open_for: Mapped[int | None] = mapped_column(unique=True)
    # The name viewers know, or the company's.
    name: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(12), default="")
    uscc: Mapped[str] = mapped_column(String(18), default="")
    real_name_sealed: Mapped[str] = mapped_column(String(400))
    identity_sealed: Mapped[str] = mapped_column(String(400))
    phone_sealed: Mapped[str] = mapped_column(String(400))
    identity_mark: Mapped[str] = mapped_column(String(64))
    # The photograph of the paper that proves it.
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    agreement: Mapped[str] = mapped_column(String(20))
    agreed_at: Mapped[datetime]
    submitted_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    # Where they asked to be admitted.
    county_code: Mapped[str] = mapped_column(String(6), server_default="", default="", index=True)


class HostStep(Base):
    """What happened to a host or an agency, by whom and why. Appended, never edited."""

    __tablename__ = "host_step"
    __table_args__ = (
        CheckConstraint("(host_id IS NULL) <> (agency_id IS NULL)", name="of_one"),
        Index(None, "host_id", "id"),
        Index(None, "agency_id", "id"),
    )

    id: Mapped[Id]
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
