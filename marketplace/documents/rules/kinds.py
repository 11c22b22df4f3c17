"""The kinds of papers, what each is about, and how it can be had."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, Refusal, invalid

PDF, XLSX, CSV, ZIP = "pdf", "xlsx", "csv", "zip"
TABLES = (PDF, XLSX, CSV)
FORMATS = (*TABLES, ZIP)
MEDIA_TYPES: Mapping[str, str] = {
    PDF: "application/pdf",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
    ZIP: "application/zip",
}
# Beyond this many rows nobody prints; a spreadsheet holds them.
MOST_PRINTED_ROWS = 3_000
LONGEST_OBJECT = 40
NOT_AN_OBJECT = N_(
    "请写成「种类:编号」,例如 purchase:12、order:31、refund:4、unit:17/2026、producer:3/2026-11。"
)


@dataclass(frozen=True)
class Kind:
    """`about` is the kind of object it is made of."""

    name: str
    title: str
    about: str
    formats: tuple[str, ...] = (PDF, XLSX)


PACKAGE = "audit_package"
UNIT_PACKAGE = "unit_audit_package"
CERTIFICATE = "purchase_certificate"

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("purchase_order", N_("采购单"), "purchase"),
        Kind("approval_sheet", N_("审批单"), "purchase"),
        Kind("payment_notice", N_("付款通知书"), "purchase"),
        Kind(CERTIFICATE, N_("采购证明"), "purchase", (PDF,)),
        Kind(PACKAGE, N_("审计资料包"), "purchase", (ZIP,)),
        Kind("gift_sign_off", N_("职工慰问品签领表"), "gifts"),
        Kind("contract", N_("购销合同"), "order"),
        Kind("delivery_note", N_("送货单"), "order"),
        Kind("acceptance_sheet", N_("验收单"), "order"),
        Kind("stock_entry", N_("入库单"), "order"),
        Kind("order_entries", N_("入账明细"), "order", TABLES),
        Kind("after_sale_sheet", N_("售后单"), "refund"),
        Kind("quota_filing", N_("预留份额填报表"), "unit"),
        Kind("unit_progress", N_("采购进度表"), "unit"),
        Kind("roll_up", N_("下级单位汇总表"), "unit", TABLES),
        Kind("invoice_register", N_("发票登记簿"), "unit", TABLES),
        Kind("quota_entries", N_("计入明细"), "unit", TABLES),
        Kind(UNIT_PACKAGE, N_("年度审计资料包"), "unit", (ZIP,)),
        Kind("bulletin", N_("采购情况通报"), "bulletin", (PDF,)),
        Kind("village_ledger", N_("村级销售台账"), "village"),
        Kind("certification_application", N_("扶贫产品认定申请表"), "certification"),
        Kind("public_notice", N_("扶贫产品认定公示"), "certification"),
        Kind("producer_statement", N_("供应商对账单"), "producer", TABLES),
        Kind("commission_statement", N_("主播佣金对账单"), "host", TABLES),
        Kind("agency_statement", N_("机构佣金对账单"), "agency", TABLES),
    )
}


class PaperNotYet(Refusal):
    """What the paper would say has not happened."""

    code = "paper.not_yet"
    message = N_("“%(title)s”要等相应的环节完成后才能出具。")


class PaperTooLong(Refusal):
    code = "paper.too_long"
    status = 422
    message = N_("这份表超过 %(most)s 行。PDF 请改选 Excel,Excel 请缩短范围。")
    field = "format"


@dataclass(frozen=True)
class Subject:
    """What a paper is about: `order:31`, `unit:17/2026`, `producer:3/2026-11`."""

    kind: str
    id: int
    period: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" + (f"/{self.period}" if self.period else "")

    @property
    def year(self) -> int:
        return int(self.period)


_MONTH = r"/(20\d\d-(?:0[1-9]|1[0-2]))"
_PERIODS: Mapping[str, str] = {
    "purchase": "",
    # The staff list behind a purchase: its paper names people, so only their own unit has it.
    "gifts": "",
    "order": "",
    "refund": "",
    "certification": "",
    "bulletin": "",
    "unit": r"/(20\d\d)",
    "village": r"/(20\d\d)",
    "producer": _MONTH,
    "host": _MONTH,
    "agency": _MONTH,
}


def read_subject(words: str) -> Subject:
    """What an object's name means. Raises InvalidInput."""
    kind, _, rest = words.partition(":")
    pattern = rf"([1-9]\d{{0,17}}){_PERIODS.get(kind, '')}"
    found = re.fullmatch(pattern, rest, re.ASCII)
    if kind not in _PERIODS or found is None:
        raise invalid("object", NOT_AN_OBJECT)
    return Subject(kind, int(found[1]), found[2] if found.re.groups > 1 else "")


def package_of(subject: Subject) -> Kind | None:
    """The kind of package that there is of such an object."""
    packages = (KINDS[PACKAGE], KINDS[UNIT_PACKAGE])
    return next((kind for kind in packages if kind.about == subject.kind), None)


def find_kind(name: str, subject: Subject) -> Kind:
    """The kind of paper, which must be about such an object. Raises InvalidInput."""
    kind = KINDS.get(name)
    if kind is None or kind.about != subject.kind:
        raise invalid("kind", N_("没有这种单据,或者它不属于这个对象。"))
    return kind


def require_format(kind: Kind, form: str) -> None:
    """Raises InvalidInput where a paper cannot be had in that form."""
    if form not in kind.formats:
        formats = ", ".join(kind.formats)
        raise invalid("format", N_("这种单据只有以下格式:%(formats)s。"), formats=formats)


def require_length(form: str, rows: int) -> None:
    """Raises PaperTooLong for more rows than anyone prints."""
    if form == PDF and rows > MOST_PRINTED_ROWS:
        raise PaperTooLong(most=MOST_PRINTED_ROWS)


def file_name(kind: str, subject: str, number: str, form: str) -> str:
    """The name a paper is taken away under: plain letters for every system."""
    about = re.sub(r"[^0-9a-z]+", "-", subject.lower())
    return f"{kind}-{about}-{number}.{form}"


def last_day(year: int, today: date) -> date:
    """The day as of which a year's paper tells: today, or the end of a year that is over."""
    return min(today, date(year, 12, 31))
