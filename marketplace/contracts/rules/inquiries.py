"""What an inquiry asks, when answers are open, and which of them is the cheapest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketplace.contracts.rules.contracts import MOST_FREIGHT_FEN, MOST_PACKS, OFFICE
from marketplace.core.errors import N_, FieldError
from marketplace.core.identity import Identity, OrganisationKind, Role

LEAST_PRODUCERS, MOST_PRODUCERS = 2, 10
MOST_LINES = 10
LONGEST = timedelta(days=366)
MOST_PRICE_FEN = 100_000_000

NO_TITLE = N_("请写这次询价的名称,最多 120 个字。")
NO_LINES = N_("请至少写一行要买的东西和数量。")
TOO_MANY_LINES = N_("一次询价最多 %(most)s 行。")
NO_WORDS = N_("请写要买什么,最多 120 个字。")
NOT_PACKS = N_("数量要在 1 到 1000000 之间。")
HOW_MANY_PRODUCERS = N_("请询 2 到 10 家供应商,同一家只写一次。")
DAY_PAST = N_("截止日要在今天或以后,一年以内。")
WANTED_TOO_EARLY = N_("要货日期不能早于报价截止日,一年以内。")
NO_ADDRESS = N_("请写送货地址,供应商要据此报运费。")
NOT_A_PRICE = N_("单价要大于零,且不超过 100 万元;不能供应就留空。")
NOT_A_FREIGHT = N_("运费要在 0 到 100 万元之间。")
NOT_DELIVERY_DAYS = N_("送达天数要在 0 到 365 之间。")
VALID_TOO_SHORT = N_("报价的有效期要到截止日以后,一年以内。")
TWO_PRICES = N_("同一种商品只能报一个单价。")
WHICH_PACK = N_("请选择您在售的哪一种商品对应这一行。")


class InquiryState(StrEnum):
    ASKED = "ASKED"
    CHOSEN = "CHOSEN"
    DECIDED = "DECIDED"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class GivenInquiryLine:
    """So many packs of a known product, or of something in words."""

    words: str
    packs: int
    variant_id: int | None = None


@dataclass(frozen=True)
class GivenInquiry:
    """What a unit asks; producers by their ids."""

    title: str
    lines: tuple[GivenInquiryLine, ...]
    producers: tuple[int, ...]
    answer_until: date
    wanted_by: date
    address: str
    remark: str = ""


@dataclass(frozen=True)
class GivenPrice:
    """A line's price for each pack, and the pack on sale that is meant."""

    variant_id: int
    price_fen: int


@dataclass(frozen=True)
class GivenQuotation:
    """An answer: by line of the inquiry; what is not there cannot be supplied."""

    prices: Mapping[int, GivenPrice]
    freight_fen: int
    delivery_days: int
    valid_until: date
    remark: str = ""


@dataclass(frozen=True)
class Offer:
    """As much of an answer as is compared."""

    producer_id: int
    supplied: int
    goods_fen: int
    freight_fen: int

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen


def wrong_inquiry(given: GivenInquiry, today: date) -> list[FieldError]:
    """Everything that is wrong with what is asked, by field."""
    producers = set(given.producers)
    in_number = LEAST_PRODUCERS <= len(producers) <= MOST_PRODUCERS
    last = today + LONGEST
    checks = (
        ("title", NO_TITLE, 0 < len(given.title.strip()) <= 120),
        ("words-1", NO_LINES, bool(given.lines)),
        ("producer-1", HOW_MANY_PRODUCERS, in_number and len(producers) == len(given.producers)),
        ("answer_until", DAY_PAST, today <= given.answer_until <= last),
        ("wanted_by", WANTED_TOO_EARLY, given.answer_until <= given.wanted_by <= last),
        ("address", NO_ADDRESS, bool(given.address.strip())),
    )
    errors = [FieldError(field, words) for field, words, holds in checks if not holds]
    if len(given.lines) > MOST_LINES:
        errors.append(FieldError("words-1", TOO_MANY_LINES, (("most", MOST_LINES),)))
    for place, line in enumerate(given.lines, 1):
        if not 0 < len(line.words.strip()) <= 120:
            errors.append(FieldError(f"words-{place}", NO_WORDS))
        if not 1 <= line.packs <= MOST_PACKS:
            errors.append(FieldError(f"packs-{place}", NOT_PACKS))
    return errors


def wrong_quotation(
    given: GivenQuotation, own: Collection[int], answer_until: date
) -> list[FieldError]:
    """Everything that is wrong with an answer; `own` are the packs its producer has on sale."""
    errors = []
    # A contract has one price for a pack, so two lines of one pack have the same.
    priced: dict[int, int] = {}
    for line_id, price in given.prices.items():
        if priced.setdefault(price.variant_id, price.price_fen) != price.price_fen:
            errors.append(FieldError(f"price-{line_id}", TWO_PRICES))
        if not 0 < price.price_fen <= MOST_PRICE_FEN:
            errors.append(FieldError(f"price-{line_id}", NOT_A_PRICE))
        if price.variant_id not in own:
            errors.append(FieldError(f"pack-{line_id}", WHICH_PACK))
    if not 0 <= given.freight_fen <= MOST_FREIGHT_FEN:
        errors.append(FieldError("freight", NOT_A_FREIGHT))
    if not 0 <= given.delivery_days <= 365:
        errors.append(FieldError("delivery_days", NOT_DELIVERY_DAYS))
    if not answer_until <= given.valid_until <= answer_until + LONGEST:
        errors.append(FieldError("valid_until", VALID_TOO_SHORT))
    return errors


def is_open(answer_until: date, *, all_answered: bool, today: date) -> bool:
    """Answers are sealed until their last day has passed or everyone has answered."""
    return all_answered or today > answer_until


def is_better(offer: Offer, before: Offer) -> bool:
    """Not fewer lines, and cheaper in all."""
    return offer.supplied >= before.supplied and offer.total_fen < before.total_fen


def cheapest(offers: Sequence[Offer]) -> frozenset[int]:
    """The producers whose answer is the cheapest of those that supply the most lines; several
    where they ask the same."""
    able = [offer for offer in offers if offer.supplied]
    if not able:
        return frozenset()
    most = max(offer.supplied for offer in able)
    whole = [offer for offer in able if offer.supplied == most]
    least_fen = min(offer.total_fen for offer in whole)
    return frozenset(offer.producer_id for offer in whole if offer.total_fen == least_fen)


def asks_for(identity: Identity, unit_id: int) -> bool:
    """A unit's buyer asks and chooses."""
    return identity.has_role(OrganisationKind.UNIT, unit_id, Role.BUYER)


def sees_inquiries_of(identity: Identity, unit_id: int) -> bool:
    """The unit's office and the operations centre; producers see only what they were asked."""
    return identity.is_in_centre() or identity.has_role(OrganisationKind.UNIT, unit_id, *OFFICE)
