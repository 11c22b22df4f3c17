"""Declaring and withdrawing bank accounts."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.closed import mark_words, open_words, seal_words
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.core.masking import last_four
from marketplace.core.sealing import Sealer
from marketplace.hosts.queries import get_agency, real_name_of
from marketplace.payments.models import BankAccount
from marketplace.payments.queries.accounts import holder_of, kept_for
from marketplace.payments.rules.accounts import (
    MOST_ACCOUNTS,
    AccountKnown,
    GivenAccount,
    Holder,
    TooManyAccounts,
    may_read_account,
    read_account_number,
    require_keeper,
    words_to_mark,
)
from marketplace.producers.queries import get_producer

OTHER_HOLDER = N_("户名要与供应商名称“%(name)s”一致,货款只付到本单位的账户。")
OTHER_AGENCY = N_("户名要与机构名称“%(name)s”一致,佣金只付到本机构的账户。")
OTHER_PERSON = N_("户名要与实名登记的姓名一致,佣金只付到本人的账户。")


def declare_account(
    session: Session,
    identity: Identity,
    holder: Holder,
    given: GivenAccount,
    now: datetime,
    *,
    sealer: Sealer | None = None,
) -> BankAccount:
    """Says that an account is theirs: in the own name of a producer or an agency, and, with what
    opens the name, in that of the person who was identified as the host."""
    if not may_read_account(identity, holder):
        raise NotFound
    require_keeper(identity, holder)
    number = read_account_number(given.number)
    _require_name(session, holder, given.holder, sealer)
    mine = kept_for(holder)
    mark = mark_words(session, words_to_mark(number))
    if session.scalar(select(BankAccount.id).where(*mine, BankAccount.number_mark == mark)):
        raise AccountKnown
    kept = session.scalar(select(func.count()).select_from(BankAccount).where(*mine)) or 0
    if kept >= MOST_ACCOUNTS:
        raise TooManyAccounts
    account = BankAccount(
        **asdict(holder),
        holder=given.holder,
        number_sealed=seal_words(session, number),
        number_mark=mark,
        bank=given.bank,
        declared_by=identity.person_id,
        declared_at=now,
    )
    session.add(account)
    session.flush()
    _leave_a_trail(session, identity, account, "declared", now)
    return account


def _require_name(session: Session, holder: Holder, typed: str, sealer: Sealer | None) -> None:
    """Raises InvalidInput where money would go to somebody else. A person's name is not said."""
    name: str | None = None
    words = OTHER_HOLDER
    if holder.producer_id is not None:
        name = get_producer(session, holder.producer_id).name
    elif holder.agency_id is not None:
        name, words = get_agency(session, holder.agency_id).name, OTHER_AGENCY
    elif holder.host_id is not None and sealer is not None:
        name, words = real_name_of(session, holder.host_id, sealer), OTHER_PERSON
    if name is not None and typed != name:
        raise invalid("holder", words, **({} if words == OTHER_PERSON else {"name": name}))


def withdraw_account(
    session: Session, identity: Identity, account_id: int, now: datetime
) -> BankAccount:
    """No longer theirs: transfers are not known by it any more. What was paid to it stays."""
    account = session.get(BankAccount, account_id, with_for_update=True)
    if account is None:
        raise NotFound
    holder = holder_of(account)
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
    # The trail is never changed: it holds as much of a number as its owner knows it by.
    number = last_four(open_words(session, account.number_sealed))
    facts = {"holder": account.holder, "number": number, "bank": account.bank}
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
