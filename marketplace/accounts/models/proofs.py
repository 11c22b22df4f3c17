"""Second steps, where someone is logged in, and how they got there."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class LoginSession(Base):
    """One browser that is logged in. The cookie holds its key, the table only the key's hash."""

    __tablename__ = "login_session"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    session_epoch: Mapped[int]
    way: Mapped[str] = mapped_column(String(12))
    # In words that say nothing more than its owner needs to know it again.
    browser: Mapped[str] = mapped_column(String(60))
    network: Mapped[str] = mapped_column(String(48))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    # When whoever sits there last proved to be the person.
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SignIn(Base):
    """An attempt to log in as somebody, and what came of it."""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    browser: Mapped[str] = mapped_column(String(60))
    network: Mapped[str] = mapped_column(String(48))


class Authenticator(Base):
    """The secret that a person's phone makes codes of (RFC 6238), sealed."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime]
    # The half minute of the newest code that was accepted: none counts twice.
    last_step: Mapped[int]


class RecoveryCode(Base):
    """A code on paper that stands for the phone once. Only its mark is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "code_mark"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_mark: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A public key whose private half a phone, a computer or a stick keeps (WebAuthn)."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    # The hash, since the standard allows a thousand bytes of id.
    credential_hash: Mapped[str] = mapped_column(String(64), unique=True)
    credential_id: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    # When it once counted backwards: somebody may have a copy of it.
    doubted_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A question to a passkey that was answered: no answer counts twice."""

    __tablename__ = "spent_challenge"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    spent_at: Mapped[datetime]


class OutsideLogin(Base):
    """Who somebody is in another house that signs people in for us."""

    __tablename__ = "outside_login"
    __table_args__ = (
        UniqueConstraint("provider", "subject"),
        UniqueConstraint("person_id", "provider"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    provider: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class OutsideInvitation(Base):
    """An administrator vouches that a mail address of another house is this person's."""

    __tablename__ = "outside_invitation"
    __table_args__ = (UniqueConstraint("provider", "mail"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    provider: Mapped[str] = mapped_column(String(40))
    mail: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime]
