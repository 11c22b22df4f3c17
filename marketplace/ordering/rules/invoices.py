"""Fully digital invoices (数电票): their numbers, and how an order stands with them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from marketplace.core.errors import N_, InvalidInput, Refusal, invalid
from marketplace.core.numbers import BAD_USCC, normal_uscc
from marketplace.uploads.rules import GivenFile

# 国家税务总局公告 2024 年第 11 号: the number of a fully digital invoice has 20 digits.
DIGITS = 20


class InvoiceState(StrEnum):
    NONE = "NONE"
    ISSUED = "ISSUED"
    CHECKED = "CHECKED"
    REVERSED = "REVERSED"


# How an order stands that has no invoice, or whose invoices were all taken back.
LACKING = (InvoiceState.NONE, InvoiceState.REVERSED)
STANDING = (InvoiceState.ISSUED, InvoiceState.CHECKED)


class InvoiceNumberUsed(Refusal):
    code = "invoice.number_used"
    message = N_("这个发票号码已经登记过,同一张发票只能登记一次。请核对号码。")
    field = "number"


class InvoiceTooMuch(Refusal):
    code = "invoice.too_much"
    status = 422
    message = N_("开票合计不能超过应付金额,这张发票最多 %(most)s 元。")
    field = "amount_fen"


class NoSuchBlueInvoice(Refusal):
    code = "invoice.no_blue"
    status = 422
    message = N_("这张订单没有可以冲红的蓝字发票 %(number)s。")
    field = "red_of"


@dataclass(frozen=True)
class GivenInvoice:
    """An invoice as its producer tells of it; a red one names the blue one it takes back."""

    number: str
    amount_fen: int
    issued_on: date
    red_of: str | None = None
    # Who sold according to the invoice: compared with the producer, and never required.
    seller_uscc: str = ""
    # The invoice itself, as PDF, XML or a photograph.
    file: GivenFile | None = None


@dataclass(frozen=True)
class InvoiceFacts:
    """As much of a registered invoice as the rules need."""

    kind: str
    state: str
    amount_fen: int


def read_number(typed: str, field: str = "number") -> str:
    """Twenty digits, full width and blanks forgiven. Raises InvalidInput."""
    number = "".join(typed.split())
    if not number.isdecimal() or len(number) != DIGITS:
        raise invalid(field, N_("数电票号码是 20 位数字,请照发票右上角填写。"))
    return "".join(str(int(digit)) for digit in number)


def read_seller(typed: str) -> str:
    """The seller's code as the invoice shows it; empty where nobody copied it."""
    if not typed.strip():
        return ""
    try:
        return normal_uscc(unicodedata.normalize("NFKC", typed))
    except InvalidInput:
        raise invalid("seller_uscc", BAD_USCC) from None


class Invoiced(Protocol):
    """As much of an invoice as is added up."""

    @property
    def kind(self) -> str: ...
    @property
    def amount_fen(self) -> int: ...


def net_fen(invoices: Iterable[Invoiced]) -> int:
    """What is invoiced, less what was taken back."""
    return sum(one.amount_fen if one.kind == "BLUE" else -one.amount_fen for one in invoices)


def invoice_state(invoices: list[InvoiceFacts], payable_fen: int) -> InvoiceState:
    """None; all taken back; all that is payable checked by the buyer; or somewhere between."""
    if not invoices:
        return InvoiceState.NONE
    if net_fen(invoices) == 0:
        return InvoiceState.REVERSED
    unchecked = any(one.kind == "BLUE" and one.state == "ISSUED" for one in invoices)
    is_whole = net_fen(invoices) >= payable_fen
    return InvoiceState.ISSUED if unchecked or not is_whole else InvoiceState.CHECKED
