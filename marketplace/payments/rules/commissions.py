"""Paying commission: to whom, when, and how far each part of it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.errors import N_, NotFound, Refusal
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.ledger.rules import agency_account, host_account
from marketplace.payments.rules.settlement import is_carried
from marketplace.payments.rules.tax import Withheld, rule_on, withhold

HOST, AGENCY = "host", "agency"
KINDS = (HOST, AGENCY)


class CommissionState(StrEnum):
    """How far what a sale earns has come."""

    PENDING = "PENDING"
    ESTIMATED = "ESTIMATED"
    PAYABLE = "PAYABLE"
    SETTLED = "SETTLED"
    VOIDED = "VOIDED"


class InvoiceMissing(Refusal):
    code = "commission.no_invoice"
    message = N_("机构要先开具佣金发票。请登记这张结算单的数电票号码,再申请付款。")


class InvoiceSettled(Refusal):
    code = "commission.invoice_settled"
    message = N_("这张结算单已经在付款,发票号码不能再改。")


class NoInvoiceNeeded(Refusal):
    code = "commission.invoice_not_needed"
    message = N_("这张结算单不需要发票:个人由运营中心代扣税款,结转的款项下个月再开票。")


class PayeeHasNoAccount(Refusal):
    code = "commission.no_account"
    message = N_("“%(name)s”还没有登记收款账户,登记后才能付款。")


@dataclass(frozen=True)
class Payee:
    """A host or an agency, as those whom commission is owed."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def account(self) -> str:
        return host_account(self.id) if self.kind == HOST else agency_account(self.id)

    @property
    def host_id(self) -> int | None:
        return self.id if self.kind == HOST else None

    @property
    def agency_id(self) -> int | None:
        return self.id if self.kind == AGENCY else None


def payee_named(name: str) -> Payee:
    """`host:3`, as `str` writes it."""
    kind, _, number = name.partition(":")
    assert kind in KINDS, name
    return Payee(kind, int(number))


def belongs_to(identity: Identity, payee: Payee) -> bool:
    """The host's own people, or the agency's."""
    kind = OrganisationKind.HOST if payee.kind == HOST else OrganisationKind.AGENCY
    return identity.has_role(kind, payee.id)


def require_reader(identity: Identity, payee: Payee) -> None:
    """The payee's people and the operations centre; to others there is no such thing."""
    if not belongs_to(identity, payee) and not identity.is_in_centre():
        raise NotFound


def tax_on(payee: Payee, closing_fen: int, day: date) -> Withheld:
    """A person's tax is withheld of what is paid; a company pays its own. What is carried is not
    paid yet."""
    if payee.kind == AGENCY or is_carried(closing_fen):
        return Withheld(max(0, closing_fen), 0, 0, 0)
    return withhold(closing_fen, rule_on(day))
