"""What is typed about transfers and accounts."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import FileStorage

from marketplace.core.errors import N_, invalid
from marketplace.payments.rules.accounts import GivenAccount
from marketplace.payments.rules.payouts import Result
from marketplace.uploads.forms import read_file
from marketplace.uploads.rules import GivenFile
from marketplace.web.fields import MAX_ID, Fields

ROWS = 6
NO_FILE = N_("请选择要导入的文件。")


# A row of the form: its place, a purchase by number or remittance code, and fen.
GivenPart = tuple[int, str, int]


def require_file(file: FileStorage | None) -> GivenFile:
    """The file that was handed in. Raises InvalidInput where there is none."""
    given = read_file("file", file)
    if given is None:
        raise invalid("file", NO_FILE)
    return given


def read_parts(values: Mapping[str, str]) -> tuple[Sequence[GivenPart], str]:
    """The rows that were filled in, and the name of the unit that keeps the rest as credit."""
    fields = Fields(values)
    parts = []
    for place in range(1, ROWS + 1):
        name = fields.text(f"name-{place}", 40, required=False)
        if name or values.get(f"amount-{place}", "").strip():
            amount_fen = fields.yuan(f"amount-{place}")
            parts.append((place, name, amount_fen))
        if not name and values.get(f"amount-{place}", "").strip():
            fields.text(f"name-{place}", 40)
    unit = fields.text("unit", 120, required=False)
    fields.check()
    if not parts and not unit:
        raise invalid("name-1", N_("请填写采购单号或汇款识别码,或者填写记入余额的单位。"))
    return parts, unit


def read_account(values: Mapping[str, str]) -> GivenAccount:
    fields = Fields(values)
    holder = fields.text("holder", 120)
    number = fields.text("number", 60)
    bank = fields.text("bank", 120)
    fields.check()
    return GivenAccount(holder, number, bank)


def read_payout(values: Mapping[str, str]) -> tuple[int, int]:
    """(account, fen) of credit to be paid back."""
    fields = Fields(values)
    account_id = fields.number("account", most=MAX_ID)
    amount_fen = fields.yuan("amount")
    fields.check()
    return account_id, amount_fen


def read_words(values: Mapping[str, str], field: str = "reason") -> str:
    """One line of words."""
    fields = Fields(values)
    words = fields.text(field, 300)
    fields.check()
    return words


def read_chosen(values: Sequence[str]) -> list[int]:
    """The payouts that were ticked; what is no number cannot have been a box of ours."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 19]


def read_result(values: Mapping[str, str]) -> Result:
    """What the bank did with one payout."""
    fields = Fields(values)
    number = fields.text("number", 20)
    told = fields.choice("result", ("paid", "returned"))
    reference = fields.text("reference", 80, required=told == "paid")
    reason = fields.text("reason", 300, required=told == "returned")
    fields.check()
    return Result(number, told == "paid", reference, reason)
