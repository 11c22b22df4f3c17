"""Verbs of accounts: people and roles, logging in, passwords, tokens."""

from marketplace.accounts.commands.login import (
    Claim,
    IssuedToken,
    end_all_sessions,
    forget_old,
    issue_token,
    log_in,
    log_out_everywhere,
    revoke_token,
)
from marketplace.accounts.commands.passwords import (
    PasswordChange,
    ResetRequest,
    change_password,
    put_reset_letter,
    reset_password,
)
from marketplace.accounts.commands.people import (
    Grant,
    NewPerson,
    choose_locale,
    create_person,
    deactivate_person,
    end_membership,
    grant,
    reactivate_person,
)

__all__ = [
    "Claim",
    "Grant",
    "IssuedToken",
    "NewPerson",
    "PasswordChange",
    "ResetRequest",
    "change_password",
    "choose_locale",
    "create_person",
    "deactivate_person",
    "end_all_sessions",
    "end_membership",
    "forget_old",
    "grant",
    "issue_token",
    "log_in",
    "log_out_everywhere",
    "put_reset_letter",
    "reactivate_person",
    "reset_password",
    "revoke_token",
]
