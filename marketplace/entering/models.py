"""Applications with their papers, requirements and steps; and papers looked at again."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class EntryApplication(Base):
    """Somebody asks for a producer to be taken in. Its step log is appended, never edited."""

    __tablename__ = "entry_application"
    __table_args__ = (
        UniqueConstraint("applicant_id", "turn"),
        CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'PRECHECKED', 'RECOMMENDED', 'NOTICE', 'ENTERED',"
            " 'RETURNED', 'REFUSED')",
            name="known_state",
        ),
        # Four persons: one applies, three of the county look, each of them once.
        CheckConstraint("prechecked_by <> applicant_id", name="prechecked_by_another"),
        CheckConstraint(
            "recommended_by <> applicant_id AND recommended_by <> prechecked_by",
            name="recommended_by_a_third",
        ),
        CheckConstraint(
            "decided_by <> applicant_id AND decided_by <> prechecked_by"
            " AND decided_by <> recommended_by",
            name="decided_by_a_fourth",
        ),
        CheckConstraint(
            "state NOT IN ('NOTICE', 'ENTERED') OR (prechecked_by IS NOT NULL"
            " AND recommended_by IS NOT NULL AND decided_by IS NOT NULL"
            " AND notice_from IS NOT NULL AND notice_until IS NOT NULL)",
            name="shown_with_all",
        ),
        CheckConstraint(
            "(state = 'ENTERED') = (producer_id IS NOT NULL)", name="entered_is_a_producer"
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    # Which of the applicant's applications it is: two clicks begin one.
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="DRAFT")
    name: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(16), default="")
    is_trader: Mapped[bool] = mapped_column(default=False, server_default=false())
    uscc: Mapped[str] = mapped_column(String(40), default="")
    village_code: Mapped[str] = mapped_column(String(12), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    food_kind: Mapped[str] = mapped_column(String(8), default="")
    food_number: Mapped[str] = mapped_column(String(40), default="")
    food_valid_until: Mapped[date | None]
    licence_valid_until: Mapped[date | None]
    legal_name: Mapped[str] = mapped_column(String(60), default="")
    # The last four of the identity number: enough to compare with the paper, useless to a thief.
    legal_tail: Mapped[str] = mapped_column(String(4), default="")
    bank: Mapped[str] = mapped_column(String(60), default="")
    bank_number_sealed: Mapped[str] = mapped_column("bank_number", Text, default="")
    written_at: Mapped[datetime]
    prechecked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recommended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The first and the last day on which the public may object.
    notice_from: Mapped[date | None]
    notice_until: Mapped[date | None]
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))


class EntryBenefit(Base):
    """A village that the applicant gives something to."""

    __tablename__ = "entry_benefit"
    __table_args__ = (CheckConstraint("households >= 0", name="households_not_negative"),)

    application_id: Mapped[int] = mapped_column(
        ForeignKey("entry_application.id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    village_code: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12), default="")
    households: Mapped[int]


class EntryRequirement(Base):
    """One thing that is required, and how it was settled by whom."""

    __tablename__ = "entry_requirement"
    __table_args__ = (
        CheckConstraint(
            "state IN ('OPEN', 'ATTESTED', 'CHECKED', 'VERIFIED', 'WAIVED')", name="known_state"
        ),
        CheckConstraint("state <> 'WAIVED' OR words <> ''", name="waived_with_reason"),
        CheckConstraint(
            "state NOT IN ('VERIFIED', 'WAIVED') OR settled_by IS NOT NULL", name="settled_by_one"
        ),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("entry_application.id"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(500), default="")


class EntryPaper(Base):
    """The scan of a licence. A newer one of its kind comes beside it, and is the one that holds."""

    __tablename__ = "entry_paper"
    __table_args__ = (CheckConstraint("kind IN ('LICENCE', 'FOOD')", name="known_kind"),)

    application_id: Mapped[int] = mapped_column(
        ForeignKey("entry_application.id"), primary_key=True
    )
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))


class EntryStep(Base):
    """What was done with an application, by whom, in which words. Appended, never edited."""

    __tablename__ = "entry_step"
    __table_args__ = (Index(None, "application_id", "id"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("entry_application.id"))
    at: Mapped[datetime]
    # None: the days of public notice ended without anybody.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")


class Reverification(Base):
    """A producer says what its papers say today; somebody of the county compares them."""

    __tablename__ = "reverification"
    __table_args__ = (
        UniqueConstraint("producer_id", "turn"),
        CheckConstraint("state IN ('SUBMITTED', 'VERIFIED', 'RETURNED')", name="known_state"),
        CheckConstraint("answered_by <> told_by", name="answered_by_another"),
        CheckConstraint("state = 'SUBMITTED' OR answered_by IS NOT NULL", name="answered_by_one"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    food_kind: Mapped[str] = mapped_column(String(8))
    food_number: Mapped[str] = mapped_column(String(40))
    food_valid_until: Mapped[date | None]
    licence_valid_until: Mapped[date | None]
    told_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(500), default="")


class ReverificationPaper(Base):
    """A scan that came with it."""

    __tablename__ = "reverification_paper"
    __table_args__ = (CheckConstraint("kind IN ('LICENCE', 'FOOD')", name="known_kind"),)

    reverification_id: Mapped[int] = mapped_column(
        ForeignKey("reverification.id"), primary_key=True
    )
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
