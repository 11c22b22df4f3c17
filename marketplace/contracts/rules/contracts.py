"""What a framework contract must say, who writes and signs it, and when goods are called off it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketplace.contracts.rules.refusals import (
    ContractOver,
    ContractPast,
    ContractUsedUp,
    LineUsedUp,
    NotSigned,
    NotYetValid,
    OwnContract,
)
from marketplace.core.errors import N_, FieldError, Forbidden
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.money import format_yuan
from marketplace.uploads.rules import GivenFile

MOST_TOTAL_FEN = 10_000_000_000
MOST_FREIGHT_FEN = 100_000_000
MOST_PACKS = 1_000_000
MOST_LINES = 200
LONGEST = timedelta(days=366 * 5)
# From so many days before its last one on, a contract says that it ends.
ENDS_SOON = timedelta(days=30)
OFFICE = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
WRITERS = (Role.BUYER, Role.FINANCE)

NO_TITLE = N_("请写合同名称,最多 120 个字。")
NO_LINES = N_("合同里至少要有一种商品,请在商品后面填协议单价。")
TOO_MANY_LINES = N_("一份合同最多 %(most)s 种商品。")
NOT_A_TOTAL = N_("合同总额要大于零,且不超过 1 亿元。")
TOTAL_ABOVE_LINES = N_("总额不能超过各行单价乘最多件数的合计 %(sum)s 元。")
NOT_A_PRICE = N_("协议单价要大于零。")
NOT_A_MOST = N_("最多件数要在 1 到 1000000 之间;不限就留空。")
NOT_A_FREIGHT = N_("每次送货的运费要在 0 到 100 万元之间;按供应商运费规则就留空。")
DATES_REVERSED = N_("截止日期不能早于开始日期,合同最长五年。")
ALREADY_PAST = N_("截止日期已经过了。")


class ContractState(StrEnum):
    DRAFT = "DRAFT"
    OFFERED = "OFFERED"
    SIGNED = "SIGNED"
    ENDED = "ENDED"


class Side(StrEnum):
    UNIT = "UNIT"
    PRODUCER = "PRODUCER"


SIGNED_HOW = ("CLOUD", "PAPER")


@dataclass(frozen=True)
class GivenLine:
    """A pack at a price; no most means as many as the total allows."""

    variant_id: int
    price_fen: int
    most_packs: int | None = None


@dataclass(frozen=True)
class GivenContract:
    """What one side writes. Without a total it is the sum of its lines at their most."""

    title: str
    lines: tuple[GivenLine, ...]
    valid_from: date
    valid_until: date
    total_fen: int | None = None
    freight_fen: int | None = None
    signed_how: str = "CLOUD"
    reference: str = ""
    signed_on: date | None = None
    address: str = ""
    scan: GivenFile | None = None


@dataclass(frozen=True)
class CalledLine:
    """Packs of a line of an order, called off a contract or given back to it."""

    variant_id: int
    order_id: int
    source: str
    packs: int
    amount_fen: int


@dataclass(frozen=True)
class Validity:
    """As much of a contract as says whether goods may be called off it."""

    number: str
    state: str
    valid_from: date
    valid_until: date


def sum_of_lines(lines: Sequence[GivenLine]) -> int | None:
    """What the lines come to at their most; None where one of them is without bound."""
    if any(line.most_packs is None for line in lines):
        return None
    return sum(line.price_fen * (line.most_packs or 0) for line in lines)


def total_of(given: GivenContract) -> int:
    """The ceiling that was given, or else the sum of the lines; 0 where neither is known."""
    return given.total_fen if given.total_fen is not None else sum_of_lines(given.lines) or 0


def wrong_contract(given: GivenContract, today: date) -> list[FieldError]:
    """Everything that is wrong with what was written, by field."""
    total_fen, most_fen = total_of(given), sum_of_lines(given.lines)
    ordered = given.valid_from <= given.valid_until <= given.valid_from + LONGEST
    freight_ok = given.freight_fen is None or 0 <= given.freight_fen <= MOST_FREIGHT_FEN
    checks = (
        ("title", NO_TITLE, 0 < len(given.title.strip()) <= 120),
        ("lines", NO_LINES, bool(given.lines)),
        ("total", NOT_A_TOTAL, not given.lines or 0 < total_fen <= MOST_TOTAL_FEN),
        ("freight", NOT_A_FREIGHT, freight_ok),
        ("valid_until", DATES_REVERSED, ordered),
        ("valid_until", ALREADY_PAST, not ordered or given.valid_until >= today),
    )
    errors = [FieldError(field, words) for field, words, holds in checks if not holds]
    if len(given.lines) > MOST_LINES:
        errors.append(FieldError("lines", TOO_MANY_LINES, (("most", MOST_LINES),)))
    if given.lines and most_fen is not None and total_fen > most_fen:
        sums = (("sum", format_yuan(most_fen)),)
        errors.append(FieldError("total", TOTAL_ABOVE_LINES, sums))
    return errors + [error for line in given.lines for error in _wrong_line(line)]


def _wrong_line(line: GivenLine) -> list[FieldError]:
    errors = []
    if not 0 < line.price_fen <= MOST_TOTAL_FEN:
        errors.append(FieldError(f"price-{line.variant_id}", NOT_A_PRICE))
    if line.most_packs is not None and not 1 <= line.most_packs <= MOST_PACKS:
        errors.append(FieldError(f"most-{line.variant_id}", NOT_A_MOST))
    return errors


def sees_contract(
    identity: Identity, unit_id: int, producer_id: int, *, known_to_producer: bool
) -> bool:
    """Both sides and the operations centre; the producer's people what is known to them."""
    return (
        identity.is_in_centre()
        or identity.has_role(OrganisationKind.UNIT, unit_id, *OFFICE)
        or (known_to_producer and identity.has_role(OrganisationKind.PRODUCER, producer_id))
    )


def writes_for(identity: Identity, side: str, organisation_id: int) -> bool:
    """A unit's buyer or finance, or anyone who works for the producer."""
    roles = WRITERS if side == Side.UNIT else ()
    return identity.has_role(side, organisation_id, *roles)


def signs_for_unit(
    identity: Identity, unit_id: int, wrote: Sequence[int | None], *, four_eyes: bool
) -> None:
    """An approver who is none of those who wrote or offered it for the unit. Raises Forbidden,
    OwnContract."""
    if not identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER):
        raise Forbidden
    if four_eyes and identity.person_id in wrote:
        raise OwnContract


def may_end(identity: Identity, unit_id: int) -> bool:
    """A signed contract binds both: the unit's approver answers for ending it, or the operations
    centre, to which a producer turns."""
    approves = identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER)
    return approves or identity.is_in_centre(Role.OPERATOR)


def require_callable(contract: Validity, today: date) -> None:
    """Raises NotSigned, ContractOver or NotYetValid where nothing may be called off today."""
    if contract.state == ContractState.ENDED or contract.valid_until < today:
        raise ContractOver(number=contract.number)
    if contract.state != ContractState.SIGNED:
        raise NotSigned(number=contract.number)
    if contract.valid_from > today:
        raise NotYetValid(number=contract.number, day=contract.valid_from)


def require_room(number: str, left_fen: int, wanted_fen: int) -> None:
    if wanted_fen > left_fen:
        left, wanted = format_yuan(left_fen), format_yuan(wanted_fen)
        raise ContractUsedUp(number=number, left=left, wanted=wanted)


def require_packs(name: str, left: int | None, wanted: int) -> None:
    if left is not None and wanted > left:
        raise LineUsedUp(name=name, left=left, wanted=wanted)


def require_signable(valid_until: date, today: date) -> None:
    if valid_until < today:
        raise ContractPast(day=valid_until)


def days_left(valid_until: date, today: date) -> int:
    """Days on which goods may still be called off, today among them."""
    return max(0, (valid_until - today).days + 1)


def ends_soon(state: str, valid_until: date, today: date) -> bool:
    return state == ContractState.SIGNED and today <= valid_until <= today + ENDS_SOON
