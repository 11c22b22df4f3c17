"""What second steps and sessions hold about a person; of secrets only when they were made."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from marketplace.accounts.models import (
    Authenticator,
    LoginSession,
    OutsideInvitation,
    OutsideLogin,
    Passkey,
    RecoveryCode,
    SignIn,
)

_SEEN = (LoginSession.created_at, LoginSession.last_seen_at, LoginSession.ended_at)
_KEY = (Passkey.name, Passkey.created_at, Passkey.last_used_at, Passkey.doubted_at)
_THERE = (OutsideLogin.provider, OutsideLogin.subject, OutsideLogin.linked_at)
_INVITED = (OutsideInvitation.provider, OutsideInvitation.mail, OutsideInvitation.expires_at)


def proofs_about(person_id: int) -> Mapping[str, Select[*tuple[Any, ...]]]:
    """The tables of one's own data, by name."""
    session, attempt, code = LoginSession, SignIn, RecoveryCode
    wanted: dict[str, tuple[Select[*tuple[Any, ...]], Any, Any]] = {
        "sessions": (
            select(session.way, session.browser, session.network, *_SEEN),
            session.person_id,
            session.id,
        ),
        "sign_ins": (
            select(attempt.at, attempt.outcome, attempt.browser, attempt.network),
            attempt.person_id,
            attempt.id,
        ),
        "authenticator": (
            select(Authenticator.created_at),
            Authenticator.person_id,
            Authenticator.person_id,
        ),
        "recovery_codes": (select(code.made_at, code.used_at), code.person_id, code.id),
        "passkeys": (select(*_KEY), Passkey.person_id, Passkey.id),
        "outside_logins": (
            select(*_THERE, OutsideLogin.last_used_at),
            OutsideLogin.person_id,
            OutsideLogin.id,
        ),
        "outside_invitations": (
            select(*_INVITED),
            OutsideInvitation.person_id,
            OutsideInvitation.id,
        ),
    }
    return {
        name: statement.where(owner == person_id).order_by(order)
        for name, (statement, owner, order) in wanted.items()
    }
