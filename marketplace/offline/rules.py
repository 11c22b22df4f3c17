"""What an offline purchase must say, whose turn it is with one, and when it counts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.rules import MAX_PURCHASE_FEN, MAX_QUANTITY
from marketplace.uploads.rules import GivenFile

MOST_LINES = 50
MOST_REMARK = 500


class Outlet(StrEnum):
    CABINET = "CABINET"
    FAIR = "FAIR"
    VILLAGE = "VILLAGE"
    OTHER = "OTHER"


class OfflineState(StrEnum):
    """Filed by one person, checked by a second in the unit, verified by a third in the centre."""

    FILED = "FILED"
    CHECKED = "CHECKED"
    VERIFIED = "VERIFIED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"
    REVERSED = "REVERSED"


# What a unit's office spends. An individual's own purchase is never the office's to file.
FUNDS = ("CANTEEN", "UNION", "OTHER")

NOT_A_DAY_TO_FILE = N_("购买日期要在去年 1 月 1 日到今天之间。")
NO_LINES = N_("请至少填写一种商品的数量和金额。")
TOO_MANY_LINES = N_("一张发票最多填 50 种商品,请分开填报。")
HALF_A_LINE = N_("数量和金额要一起填写,都大于 0。")
MORE_THAN_THE_INVOICE = N_("各行金额合计不能超过发票金额。")
NO_PROOF = N_("请附上发票或收据。")
NO_PHOTOGRAPH = N_("请附上一张现场或商品的照片。")


class OfflineElsewhere(Refusal):
    code = "offline.not_here"
    message = N_("这笔线下采购现在不在这一步,请刷新页面查看进展。")


class OwnOffline(Refusal):
    code = "offline.own"
    status = 403
    message = N_("自己填报或核对过的线下采购要由另一个人办理,请交给同事。")


class UnitHadEnded(Refusal):
    code = "offline.unit_ended"
    status = 422
    message = N_("购买那天本单位已经撤并,请由承接的单位填报。")


@dataclass(frozen=True)
class GivenLine:
    """A product of the seller, how many packs, and what they cost together."""

    product_id: int
    packs: int
    amount_fen: int


@dataclass(frozen=True)
class GivenOffline:
    """What a unit tells of an offline purchase."""

    producer_id: int
    outlet: str
    bought_on: date
    fund: str
    lines: tuple[GivenLine, ...]
    invoice_number: str
    invoice_fen: int
    remark: str = ""
    proof: GivenFile | None = None
    photograph: GivenFile | None = None


def wrong_offline(given: GivenOffline, today: date, *, is_new: bool) -> list[FieldError]:
    """Everything that is wrong with a filing, by field. Papers stay when it is filed again."""
    first = date(today.year - 1, 1, 1)
    sum_fen = sum(line.amount_fen for line in given.lines)
    checks = (
        ("bought_on", NOT_A_DAY_TO_FILE, first <= given.bought_on <= today),
        ("lines", NO_LINES, bool(given.lines)),
        ("lines", TOO_MANY_LINES, len(given.lines) <= MOST_LINES),
        ("invoice_amount", MORE_THAN_THE_INVOICE, sum_fen <= given.invoice_fen),
        ("proof", NO_PROOF, given.proof is not None or not is_new),
        ("photograph", NO_PHOTOGRAPH, given.photograph is not None or not is_new),
    )
    errors = [FieldError(field, words) for field, words, holds in checks if not holds]
    return errors + [
        FieldError(f"packs-{line.product_id}", HALF_A_LINE)
        for line in given.lines
        if not (1 <= line.packs <= MAX_QUANTITY and 1 <= line.amount_fen <= MAX_PURCHASE_FEN)
    ]


def recognised_on(bought_on: date, today: date, *, is_closed: bool) -> date:
    """The day on which what is verified today counts: today. What was bought last year, while
    that year is open, counts on its last day; once it is closed, in the running year."""
    if bought_on.year == today.year or is_closed:
        return today
    return date(bought_on.year, 12, 31)


def may_file(identity: Identity, unit_id: int) -> bool:
    """A unit's buyers and its finance file what was bought outside."""
    return identity.has_role(OrganisationKind.UNIT, unit_id, Role.BUYER, Role.FINANCE)


def checks_for(identity: Identity, unit_id: int, filed_by: int) -> bool:
    """In the unit somebody looks who approves or pays, and who did not file it."""
    office = identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER, Role.FINANCE)
    return office and identity.person_id != filed_by


def verifies(identity: Identity, filed_by: int, checked_by: int | None) -> bool:
    """The operations centre has the last word: a third person."""
    other = identity.person_id not in (filed_by, checked_by)
    return other and identity.is_in_centre(Role.OPERATOR)


def is_theirs(
    identity: Identity, state: str, sides: tuple[int, int], who: tuple[int, int | None]
) -> str | None:
    """What this person may do with it now: check, verify, amend, reverse; or None. `sides` are
    the unit and the producer: nobody verifies the sales of a producer they work for."""
    (unit_id, producer_id), (filed_by, checked_by) = sides, who
    sells = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    if state == OfflineState.FILED and checks_for(identity, unit_id, filed_by):
        return "check"
    if state == OfflineState.CHECKED and verifies(identity, filed_by, checked_by) and not sells:
        return "verify"
    if state == OfflineState.RETURNED and may_file(identity, unit_id):
        return "amend"
    if state == OfflineState.VERIFIED and identity.is_in_centre(Role.OPERATOR) and not sells:
        return "reverse"
    return None
