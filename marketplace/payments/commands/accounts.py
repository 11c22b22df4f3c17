"""Declaring and withdrawing bank accounts."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.payments.models import BankAccount
from marketplace.payments.rules.accounts import (
    MOST_ACCOUNTS,
    AccountKnown,
    GivenAccount,
    Holder,
    TooManyAccounts,
    may_read_account,
    read_account_number,
    require_keeper,
)
from marketplace.producers.queries import get_producer

OTHER_HOLDER = N_("户名要与供应商名称“%(name)s”一致,货款只付到本单位的账户。")


def declare_account(
    session: Session, identity: Identity, holder: Holder, given: GivenAccount, now: datetime
) -> BankAccount:
    """Says that an account is theirs. A producer's bears the producer's own name."""
    if not may_read_account(identity, holder):
        raise NotFound
    require_keeper(identity, holder)
    number = read_account_number(given.number)
    if holder.producer_id is not None:
        name = get_producer(session, holder.producer_id).name
        if given.holder != name:
            raise invalid("holder", OTHER_HOLDER, name=name)
    mine = (
        BankAccount.unit_id == holder.unit_id,
        BankAccount.person_id == holder.person_id,
        BankAccount.producer_id == holder.producer_id,
        BankAccount.withdrawn_at.is_(None),
    )
    if session.scalar(select(BankAccount.id).where(*mine, BankAccount.number == number)):
        raise AccountKnown
    kept = session.scalar(select(func.count()).select_from(BankAccount).where(*mine)) or 0
    if kept >= MOST_ACCOUNTS:
        raise TooManyAccounts
    account = BankAccount(
        unit_id=holder.unit_id,
        person_id=holder.person_id,
        producer_id=holder.producer_id,
        holder=given.holder,
        number=number,
        bank=given.bank,
        declared_by=identity.person_id,
        declared_at=now,
    )
    session.add(account)
    session.flush()
    _leave_a_trail(session, identity, account, "declared", now)
    return account


def withdraw_account(
    session: Session, identity: Identity, account_id: int, now: datetime
) -> BankAccount:
    """No longer theirs: transfers are not known by it any more. What was paid to it stays."""
    account = session.get(BankAccount, account_id, with_for_update=True)
    if account is None:
        raise NotFound
    holder = Holder(account.unit_id, account.person_id, account.producer_id)
    if not may_read_account(identity, holder):
        raise NotFound
    require_keeper(identity, holder)
    if account.withdrawn_at is None:
        account.withdrawn_at = now
        session.flush()
        _leave_a_trail(session, identity, account, "withdrawn", now)
    return account


def _leave_a_trail(
    session: Session, identity: Identity, account: BankAccount, what: str, now: datetime
) -> None:
    facts = {"holder": account.holder, "number": account.number, "bank": account.bank}
    record(
        session,
        actor_id=identity.person_id,
        action=f"account.{what}",
        object_kind="bank_account",
        object_id=str(account.id),
        before=None if what == "declared" else facts,
        after=facts if what == "declared" else None,
        now=now,
    )
