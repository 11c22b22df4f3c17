"""Applications for recognition, what each must show, and what was done with them by whom."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.certification.rules import State
from marketplace.core.db import Base, Id


class CertificationTerms(Base):
    """How a county recognises: so many working days of public notice, valid for so many years."""

    __tablename__ = "certification_terms"
    __table_args__ = (
        CheckConstraint("notice_days BETWEEN 1 AND 60", name="notice_makes_sense"),
        CheckConstraint("valid_years BETWEEN 1 AND 10", name="validity_makes_sense"),
    )

    county_code: Mapped[str] = mapped_column(String(6), primary_key=True)
    notice_days: Mapped[int]
    valid_years: Mapped[int]
    issuer: Mapped[str] = mapped_column(String(120))
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class CertificationApplication(Base):
    """A producer's application for some of its products."""

    __tablename__ = "certification_application"
    __table_args__ = (
        CheckConstraint(
            "state IN ('SUBMITTED', 'TOWNSHIP', 'SECTOR', 'NOTICE', 'CERTIFIED', 'RETURNED',"
            " 'REFUSED')",
            name="known_state",
        ),
        CheckConstraint(
            "state NOT IN ('NOTICE', 'CERTIFIED')"
            " OR (notice_from IS NOT NULL AND notice_until >= notice_from)",
            name="noticed_with_days",
        ),
        CheckConstraint("withdrawn_at IS NULL OR state = 'REFUSED'", name="withdrawn_is_over"),
        Index(None, "producer_id", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    state: Mapped[str] = mapped_column(String(12))
    statement: Mapped[str] = mapped_column(String(1000))
    applied_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime]
    notice_from: Mapped[date | None]
    notice_until: Mapped[date | None]
    # When its producer took it back: then nobody refused it.
    withdrawn_at: Mapped[datetime | None]

    @property
    def shown_state(self) -> str:
        return State.WITHDRAWN if self.withdrawn_at else self.state


class ApplicationProduct(Base):
    """A product of an application, and the certificate it led to."""

    __tablename__ = "application_product"
    __table_args__ = (Index(None, "product_id"),)

    application_id: Mapped[int] = mapped_column(
        ForeignKey("certification_application.id"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    product_name: Mapped[str] = mapped_column(String(120))
    # The one in force when it was applied for: then this is a renewal.
    renews: Mapped[str | None] = mapped_column(String(40))
    certificate_number: Mapped[str | None] = mapped_column(
        ForeignKey("certification.number"), unique=True
    )


class ApplicationRequirement(Base):
    """Something that an application must show, and how it was shown."""

    __tablename__ = "application_requirement"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'MET', 'WAIVED')", name="known_state"),
        CheckConstraint("state <> 'WAIVED' OR words <> ''", name="waived_with_reason"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("certification_application.id"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    # None where the system looked itself.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]


class ApplicationPaper(Base):
    """A file that was handed in with an application."""

    __tablename__ = "application_paper"

    application_id: Mapped[int] = mapped_column(
        ForeignKey("certification_application.id"), primary_key=True
    )
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)


class ApplicationStep(Base):
    """What was done with an application, on which rung, by whom. Appended, never edited."""

    __tablename__ = "application_step"
    __table_args__ = (Index(None, "application_id", "id"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("certification_application.id"))
    at: Mapped[datetime]
    # None is the marketplace itself: the days of the notice have passed.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rung: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")
