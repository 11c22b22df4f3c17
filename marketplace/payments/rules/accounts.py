"""Bank accounts that people declare, and money kept for a buyer."""

import re
import unicodedata
from dataclasses import dataclass

from marketplace.core.errors import N_, Forbidden, Refusal, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role

MOST_ACCOUNTS = 10
_NUMBER = re.compile(r"^\d{6,32}$")
BAD_NUMBER = N_("账号是 6 到 32 位数字,请照开户许可证或银行回单填写。")


class AccountKnown(Refusal):
    code = "account.known"
    message = N_("这个账号已经登记过了。")


class TooManyAccounts(Refusal):
    code = "account.too_many"
    message = N_("最多登记 10 个账户,请先停用不再使用的账户。")


class NoCredit(Refusal):
    code = "credit.none"
    message = N_("账户里没有可用的余额。请刷新页面查看最新余额。")


class TransferOnItsWay(Refusal):
    """The same money would be paid twice."""

    code = "credit.transfer_declared"
    message = N_(
        "您已告知这张采购单的货款已经汇出,不能再用余额支付,以免付两次。请等运营中心核对到账。"
    )


class NotThatMuchCredit(Refusal):
    code = "credit.too_little"
    status = 422
    message = N_("余额只有 %(credit)s 元,请改小金额。")


@dataclass(frozen=True)
class GivenAccount:
    """A bank account as somebody declares it."""

    holder: str
    number: str
    bank: str


@dataclass(frozen=True)
class Holder:
    """Whose account, credit or debt it is: exactly one of them."""

    unit_id: int | None = None
    person_id: int | None = None
    producer_id: int | None = None
    host_id: int | None = None
    agency_id: int | None = None

    @property
    def buys(self) -> bool:
        """Whether it has credit and debts with us; the others are paid by statements."""
        return self.unit_id is not None or self.person_id is not None


def read_account_number(typed: str) -> str:
    """The digits alone. Raises InvalidInput."""
    number = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "")
    if not _NUMBER.match(number) or not number.isascii():
        raise invalid("number", BAD_NUMBER)
    return number


def words_to_mark(number: str) -> str:
    """What the mark of a number is made of: of nothing else that is marked."""
    return f"account:{number}" if number else ""


def may_read_account(identity: Identity, holder: Holder) -> bool:
    """A unit's office, the person themselves, a seller's or host's people, and the centre."""
    office = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
    return identity.is_in_centre() or _belongs(identity, holder, office)


def is_keeper(identity: Identity, holder: Holder) -> bool:
    """Who may say to which account money goes: a unit's finance, a seller's or host's people."""
    return _belongs(identity, holder, (Role.FINANCE, Role.ADMIN))


def require_keeper(identity: Identity, holder: Holder) -> None:
    if not is_keeper(identity, holder):
        raise Forbidden


def _belongs(identity: Identity, holder: Holder, office: tuple[str, ...]) -> bool:
    if holder.unit_id is not None:
        return identity.has_role(OrganisationKind.UNIT, holder.unit_id, *office)
    whole = (
        (OrganisationKind.PRODUCER, holder.producer_id),
        (OrganisationKind.HOST, holder.host_id),
        (OrganisationKind.AGENCY, holder.agency_id),
    )
    for kind, organisation_id in whole:
        if organisation_id is not None:
            return identity.has_role(kind, organisation_id)
    return identity.person_id == holder.person_id
