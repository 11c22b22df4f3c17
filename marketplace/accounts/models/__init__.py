"""People, memberships, and what proves who they are."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.models.proofs import (
    Authenticator,
    LoginSession,
    OutsideInvitation,
    OutsideLogin,
    Passkey,
    RecoveryCode,
    SignIn,
    SpentChallenge,
)
from marketplace.core.db import Base, Id

__all__ = [
    "AccessToken",
    "Authenticator",
    "LoginSession",
    "LoginThrottle",
    "Membership",
    "OutsideInvitation",
    "OutsideLogin",
    "Passkey",
    "PasswordReset",
    "Person",
    "RecoveryCode",
    "SignIn",
    "SpentChallenge",
]


class Person(Base):
    """Someone who can log in."""

    __tablename__ = "person"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    # A session or token carries the epoch it was made in; raising it logs out everywhere.
    session_epoch: Mapped[int] = mapped_column(default=0)
    # Since when logging in takes a second step; None where the password is enough.
    second_step_since: Mapped[datetime | None]
    locale: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]


class Membership(Base):
    """A role a person holds in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_kind", "organisation_id", "role"),
        Index(None, "organisation_kind", "organisation_id"),
        CheckConstraint(
            "organisation_kind IN ('UNIT', 'PRODUCER', 'HOST', 'CENTRE', 'CONTRACTOR', 'AGENCY')",
            name="known_kind",
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_kind: Mapped[str] = mapped_column(String(12))
    organisation_id: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class LoginThrottle(Base):
    """Failed attempts under one key (a name from an address, or an address alone)."""

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class PasswordReset(Base):
    """A link that sets a new password once. Only its hash is kept."""

    __tablename__ = "password_reset"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccessToken(Base):
    """A bearer token of the API. Only its hash is kept."""

    __tablename__ = "access_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    session_epoch: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    # When a code was given for it; None where the password was enough.
    confirmed_at: Mapped[datetime | None]
