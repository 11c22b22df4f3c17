"""What may be sold and from which batch: pure rules of the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.core.errors import N_, Refusal
from marketplace.core.money import PPM

GRAMS_OF_A_JIN = 500
FAR_AWAY = date.max
# Stage → how many days are left (from, to) of a recognition when its people are reminded.
EXPIRY_STAGES = {60: (31, 60), 30: (8, 30), 7: (0, 7)}


class InsufficientStock(Refusal):
    """Less is for sale than was asked for. Names the variant and what is there."""

    code = "stock.insufficient"
    status = 409
    message = N_("「%(variant)s」现在只有 %(available)s 件可以买,请减少数量后再试。")
    field = "lines"
    facts = ("variant_id", "available")


class SharesMustSum(Refusal):
    """The villages' shares of a batch do not make up the whole of it."""

    code = "origin.shares_must_sum"
    status = 422
    message = N_("各村产地份额必须大于零,合计正好是 1,000,000(百万分之一百万),现在合计 %(total)s。")
    field = "origin"


class VillageTwice(SharesMustSum):
    """A village's share is one number."""

    code = "origin.village_twice"
    message = N_("同一个村写了两次,请把它的份额合在一起。")


@dataclass(frozen=True)
class OriginShare:
    """One village's part of a batch, in parts per million."""

    village_code: str
    share_ppm: int


@dataclass(frozen=True)
class Allocation:
    """So many pieces from one batch, with the villages the batch came from."""

    batch_id: int
    quantity: int
    origins: tuple[OriginShare, ...]


@dataclass(frozen=True)
class Lot:
    """What of one batch is free to be sold."""

    batch_id: int
    available: int
    expires_on: date | None


def is_for_sale(expires_on: date | None, today: date) -> bool:
    """Whether goods may still be sold today: the day of expiry itself is too late."""
    return expires_on is None or expires_on > today


def take(lots: Iterable[Lot], quantity: int) -> dict[int, int]:
    """How much to take from which lot, first expired first out; less than asked if too little."""
    missing = quantity
    taken: dict[int, int] = {}
    for lot in sorted(lots, key=lambda lot: (lot.expires_on or FAR_AWAY, lot.batch_id)):
        part = min(missing, lot.available)
        if part > 0:
            taken[lot.batch_id] = part
            missing -= part
    return taken


def check_origin(origin: Sequence[OriginShare]) -> None:
    """Raises SharesMustSum unless every share is positive and together they are the whole."""
    total = sum(share.share_ppm for share in origin)
    villages = {share.village_code for share in origin}
    if len(villages) < len(origin):
        raise VillageTwice
    if total != PPM or any(share.share_ppm <= 0 for share in origin):
        raise SharesMustSum(total=f"{total:,}")


def is_batch_code(code: str) -> bool:
    """Letters, digits and hyphens, as a code that is printed and scanned must be."""
    return 0 < len(code) <= 40 and code.isascii() and code.replace("-", "").isalnum()


def main_village(origin: Sequence[OriginShare]) -> str:
    """The village with the largest share; of equals the one with the smaller code."""
    return min(origin, key=lambda share: (-share.share_ppm, share.village_code)).village_code


def per_500_g(price_fen: int, pack_grams: int) -> int | None:
    """The price of one jin, rounded half up to a fen; None where weight says nothing."""
    if pack_grams <= 0:
        return None
    return (2 * price_fen * GRAMS_OF_A_JIN + pack_grams) // (2 * pack_grams)


def lowest_prices(packs: Iterable[tuple[int, int]]) -> tuple[int, int | None]:
    """The lowest price, and the lowest per 500 g, of (price_fen, pack_grams) on sale."""
    packs = list(packs)
    by_weight = [price for price in (per_500_g(*pack) for pack in packs) if price is not None]
    return min((price for price, _ in packs), default=0), min(by_weight, default=None)


def is_certified(valid: tuple[date | None, date | None], day: date) -> bool:
    """Whether the day lies within the dates of a recognition, its last day included."""
    start, end = valid
    return start is not None and end is not None and start <= day <= end


def sales_band(sold_quantity: int) -> int:
    """The two leading digits of a number sold: searching need not hear of every piece."""
    step = int("1" + "0" * max(0, len(str(abs(sold_quantity))) - 2))
    return sold_quantity // step * step


@dataclass(frozen=True, order=True)
class OriginPlace:
    """A village that some batch of a product comes from."""

    code: str
    name: str
    township: str


@dataclass(frozen=True)
class ProductDocument:
    """A published product with everything people may look for it by, or narrow it down to."""

    product_id: int
    name: str
    description: str
    category_code: str
    category: str
    category_en: str
    producer_id: int
    producer: str
    workshop: str
    township_code: str
    villages: tuple[OriginPlace, ...]
    pack_grams: tuple[int, ...]
    lowest_price_fen: int
    sold_quantity: int
    available: int
    published_at: datetime | None
    certified_from: date | None
    certified_until: date | None

    def is_certified_on(self, day: date) -> bool:
        return is_certified((self.certified_from, self.certified_until), day)


class ProductIncomplete(Refusal):
    """A product cannot be offered without a pack that has a price."""

    code = "product.incomplete"
    status = 409
    message = N_("上架前请至少添加一个在售规格并填写价格。")


class UnknownVillage(Refusal):
    """An origin names a village that the county does not know."""

    code = "origin.unknown_village"
    status = 422
    message = N_("没有代码为 %(village)s 的村,请从名单中选择产地。")
    field = "village"


class BatchCodeTaken(Refusal):
    """A batch code is printed on parcels, so it is used once in the whole marketplace."""

    code = "batch.code_taken"
    status = 409
    message = N_("批次号 %(batch)s 已经登记过,请换一个批次号。")
    field = "code"


class CertificateTaken(Refusal):
    """A certificate number stands for one recognition only."""

    code = "certificate.number_taken"
    status = 409
    message = N_("认定编号 %(number)s 已经登记过,请核对证书。")


@dataclass(frozen=True)
class Certificate:
    """A recognition (扶贫产品认定) as its paper says it; both days are included."""

    number: str
    issuer: str
    valid_from: date
    valid_until: date


def certificate_for(certificates: Sequence[Certificate], today: date) -> Certificate | None:
    """What lists show: the one in force today, else the next to begin, else the last to end."""

    def order(certificate: Certificate) -> tuple[int, int]:
        if certificate.valid_from > today:
            return 1, certificate.valid_from.toordinal()
        in_force = certificate.valid_until >= today
        return (0 if in_force else 2), -certificate.valid_until.toordinal()

    return min(certificates, key=order, default=None)


@dataclass(frozen=True)
class NewProduct:
    """What a producer says of a product before it has packs and batches."""

    producer_id: int
    category_code: str
    name: str
    village_code: str
    description: str = ""
    workshop_id: int | None = None
    # Whose goods a trader sells.
    maker_id: int | None = None
    # None: the drawn picture of its category.
    picture: str | None = None


@dataclass(frozen=True)
class NewVariant:
    """A pack to be offered. Weight 0 where it says nothing, as with socks."""

    name: str
    price_fen: int
    pack_grams: int
    minimum_quantity: int = 1
    carton_quantity: int = 1


@dataclass(frozen=True)
class ReceivedBatch:
    """Goods that came in: made when, kept how long (None: do not perish), from which villages."""

    variant_id: int
    code: str
    produced_on: date
    shelf_life_days: int | None
    quantity: int
    origin: tuple[OriginShare, ...]
