"""Products with packs, certificates and the stock of today."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from random import Random

from marketplace.catalogue.rules import OriginShare, is_certified, lowest_prices, main_village
from marketplace.core.clock import day_of
from marketplace.demonstration.dice import dice, rounded_price, shares, some
from marketplace.demonstration.makers import Maker
from marketplace.demonstration.places import read_rows
from marketplace.demonstration.rows import Rows

ISSUER = "郧阳区消费帮扶工作专班(演示)"


@dataclass(frozen=True)
class Template:
    """A product as any producer of its trade may make it."""

    name: str
    category: str
    shelf_life_days: int | None
    # (name, grams, fen, minimum quantity)
    packs: tuple[tuple[str, int, int, int], ...]
    description: str


@dataclass
class Pack:
    """One variant with everything an order copies from it."""

    variant_id: int
    name: str
    price_fen: int
    pack_grams: int
    minimum_quantity: int
    product: "Goods" = field(repr=False)
    # What is on the shelf when the story reaches today.
    available: int = 0


@dataclass
class Goods:
    """A product of a maker."""

    product_id: int
    name: str
    description: str
    category: str
    maker: Maker
    shelf_life_days: int | None
    certificate: tuple[str, date, date] | None
    published_at: datetime
    packs: list[Pack] = field(default_factory=list)

    @cached_property
    def snapshot(self) -> dict[str, str | None]:
        """What every order keeps of the product."""
        return {
            "description": self.description,
            "category": self.category,
            "picture": self.category,
            "certification": self.certificate[0] if self.certificate else None,
        }

    def is_certified_on(self, day: date) -> bool:
        return self.certificate is not None and is_certified(self.certificate[1:], day)


@dataclass
class Lot:
    """A batch, and what became of it."""

    batch_id: int
    pack: Pack
    code: str
    produced_on: date
    origin: Sequence[OriginShare]
    received: int = 0
    on_hand: int = 0
    reserved: int = 0


@cache
def templates() -> dict[str, list[Template]]:
    """What each trade makes."""
    found: dict[str, list[Template]] = {}
    for row in read_rows("goods.csv"):
        packs = [pack.split("/") for pack in row["packs"].split(" ")]
        template = Template(
            row["name"],
            row["category"],
            int(row["shelf_life_days"]) if row["shelf_life_days"] else None,
            tuple((name, int(grams), int(fen), int(least)) for name, grams, fen, least in packs),
            row["description"],
        )
        found.setdefault(row["trade"], []).append(template)
    return found


def stock(rows: Rows, makers: Sequence[Maker], count: int, seed: int, now: datetime) -> list[Goods]:
    """So many products, spread evenly over the makers, with what is on their shelves today."""
    goods = []
    for place, maker in enumerate(makers):
        chance = dice(seed, "goods", maker.name)
        wanted = count // len(makers) + (place < count % len(makers))
        known = templates()[maker.trade]
        # One after the other from a different beginning, so that every template is made.
        chosen = [known[(place * 5 + turn) % len(known)] for turn in range(wanted)]
        for turn, template in enumerate(chosen):
            name = _name(maker, template, turn // len(known))
            goods.append(_make(rows, maker, (name, template), chance, now))
    return goods


def _name(maker: Maker, template: Template, again: int) -> str:
    suffix = f" {again + 1} 号" if again else ""
    return f"{maker.home.name}{template.name}{suffix}"


def _make(
    rows: Rows, maker: Maker, what: tuple[str, Template], chance: Random, now: datetime
) -> Goods:
    name, template = what
    goods = Goods(
        product_id=rows.new_id("product"),
        name=name,
        description=f"{template.description}产自{maker.home.township_name}{maker.home.name}。",
        category=template.category,
        maker=maker,
        shelf_life_days=template.shelf_life_days,
        certificate=None,
        published_at=_published_at(chance, now),
    )
    goods.certificate = _certificate(goods, chance, day_of(now))
    for pack_name, grams, price_fen, least in template.packs:
        price = rounded_price(price_fen, chance)
        variant_id = rows.new_id("variant")
        goods.packs.append(Pack(variant_id, pack_name, price, grams, least, goods))
    newest = _fill_shelves(rows, goods, chance, now)
    _write(rows, goods, newest)
    return goods


def _published_at(chance: Random, now: datetime) -> datetime:
    """Most were there before the story begins; some are new."""
    days = chance.randint(2, 400) if chance.random() < 0.2 else chance.randint(560, 800)
    return now - timedelta(days=days, minutes=chance.randint(0, 900))


def _certificate(goods: Goods, chance: Random, today: date) -> tuple[str, date, date] | None:
    """Most are recognised; one in ten never was, and one in sixteen no longer is."""
    fate = chance.random()
    if fate < 0.1:
        return None
    valid_from = today - timedelta(days=chance.randint(570, 700))
    if fate < 0.16:
        valid_until = today - timedelta(days=chance.randint(20, 200))
    else:
        valid_until = today + timedelta(days=chance.randint(60, 500))
    return f"YYRD-{valid_from.year}-{goods.product_id:06d}", valid_from, valid_until


def _fill_shelves(rows: Rows, goods: Goods, chance: Random, now: datetime) -> Sequence[OriginShare]:
    """One or two batches of each pack; the villages of the newest one are returned."""
    today = day_of(now)
    oldest = max(1, min(goods.shelf_life_days or 300, 200) // 3)
    newest: Lot | None = None
    for pack in goods.packs:
        for number in range(chance.choice((1, 1, 2))):
            produced_on = today - timedelta(days=chance.randint(0, oldest))
            code = f"{produced_on:%y%m%d}-{pack.variant_id}-{number + 1}"
            lot = Lot(rows.new_id("batch"), pack, code, produced_on, origin_of(goods.maker, chance))
            quantity = chance.choice((8, 40, 120, 300, 600, 1500)) + chance.randint(0, 90)
            lot.received = lot.on_hand = quantity
            pack.available += quantity
            write_lot(rows, lot, now)
            if newest is None or produced_on >= newest.produced_on:
                newest = lot
    return newest.origin if newest else ()


def origin_of(maker: Maker, chance: Random) -> list[OriginShare]:
    """The villages a batch came from: always the maker's own, sometimes its neighbours."""
    others = some(chance, maker.sources[1:], chance.randint(0, len(maker.sources) - 1))
    villages = [maker.home, *others]
    return [
        OriginShare(place.code, share)
        for place, share in zip(villages, shares(chance, len(villages)), strict=True)
    ]


def write_lot(rows: Rows, lot: Lot, now: datetime) -> None:
    """A batch with its villages and the movement by which it came in."""
    life = lot.pack.product.shelf_life_days
    rows.add(
        "batch",
        id=lot.batch_id,
        variant_id=lot.pack.variant_id,
        code=lot.code,
        produced_on=lot.produced_on,
        expires_on=lot.produced_on + timedelta(days=life) if life else None,
        quantity_on_hand=lot.on_hand,
        quantity_reserved=lot.reserved,
    )
    for share in lot.origin:
        rows.add(
            "batch_origin",
            batch_id=lot.batch_id,
            village_code=share.village_code,
            share_ppm=share.share_ppm,
        )
    rows.add_with_id(
        "stock_movement",
        batch_id=lot.batch_id,
        quantity=lot.received,
        reason="RECEIVED",
        source=f"goods-in/batch:{lot.batch_id}",
        at=min(_morning(lot.produced_on), now),
    )


def _morning(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T01:00:00+00:00")


def _write(rows: Rows, goods: Goods, newest: Sequence[OriginShare]) -> None:
    village = main_village(newest)
    price_fen, per_500g_fen = lowest_prices(
        (pack.price_fen, pack.pack_grams) for pack in goods.packs
    )
    number, valid_from, valid_until = goods.certificate or (None, None, None)
    rows.add(
        "product",
        id=goods.product_id,
        producer_id=goods.maker.producer_id,
        workshop_id=goods.maker.workshop_id,
        category_code=goods.category,
        name=goods.name,
        description=goods.description,
        picture=goods.category,
        state="PUBLISHED",
        published_at=goods.published_at,
        village_code=village,
        village_count=len(newest),
        township_code=f"{village[:9]}000",
        lowest_price_fen=price_fen,
        price_per_500g_fen=per_500g_fen,
        certified_from=valid_from,
        certified_until=valid_until,
        certification_number=number,
    )
    _write_certificate(rows, goods)
    _write_packs(rows, goods)


def _write_packs(rows: Rows, goods: Goods) -> None:
    """Packs, and the first entry of each in the book of prices."""
    for pack in goods.packs:
        rows.add(
            "variant",
            id=pack.variant_id,
            product_id=goods.product_id,
            name=pack.name,
            price_fen=pack.price_fen,
            pack_grams=pack.pack_grams,
            minimum_quantity=pack.minimum_quantity,
        )
        rows.add_with_id(
            "price_entry",
            variant_id=pack.variant_id,
            price_fen=pack.price_fen,
            at=goods.published_at,
            reason="FIRST",
        )


def _write_certificate(rows: Rows, goods: Goods) -> None:
    if goods.certificate is None:
        return
    number, valid_from, valid_until = goods.certificate
    rows.add(
        "certification",
        number=number,
        product_id=goods.product_id,
        issuer=ISSUER,
        valid_from=valid_from,
        valid_until=valid_until,
    )
