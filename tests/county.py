"""A small county for tests: villages, producers, units and the people who work there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, NewPerson, create_person, grant
from marketplace.accounts.queries import load_identity
from marketplace.catalogue.commands import (
    add_variant,
    certify,
    create_product,
    publish,
    put_categories,
    receive_batch,
)
from marketplace.catalogue.rules import (
    Certificate,
    NewProduct,
    NewVariant,
    OriginShare,
    ReceivedBatch,
)
from marketplace.core.identity import Identity, OrganisationKind, Role, Standing
from marketplace.geography.commands import load_divisions
from marketplace.ordering.rules import Consignee, PurchaseWish, WishedLine
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from marketplace.quota.commands import RuleText, publish_rule
from marketplace.units.commands import NewCentre, NewUnit, create_centre, create_unit

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
HUIGOU = "420304106205"
YUNCAI = "420304102209"
THIRDS = (OriginShare(HUIGOU, 333_333), OriginShare(YUNCAI, 666_667))
CONSIGNEE = Consignee("王芳", "13800000000", "郧阳区城关镇沿江大道 8 号")


# An operator for whom there is no row: enough for verbs that ask for nothing but the role.
OFFICIAL = Identity(
    1, "official@test", "王科长", None, 0, (Standing("CENTRE", 1, Role.OPERATOR, "420304"),)
)


@dataclass(frozen=True)
class Goods:
    """One pack for sale, with its product and first batch."""

    product_id: int
    variant_id: int
    batch_id: int
    price_fen: int


@dataclass(frozen=True)
class County:
    """Ids and identities by the names people have in the tests."""

    unit_id: int
    other_unit_id: int
    producer_id: int
    other_producer_id: int
    mushrooms: Goods
    noodles: Goods
    oil: Goods
    buyer: Identity
    approver: Identity
    finance: Identity
    stranger: Identity
    clerk: Identity
    other_clerk: Identity
    cashier: Identity
    operator: Identity
    auditor: Identity
    shopper: Identity

    def wish(self, *lines: tuple[Goods, int], terms: str = "POSTPAY") -> PurchaseWish:
        """What the unit's buyer asks for."""
        wished = tuple(WishedLine(goods.variant_id, packs) for goods, packs in lines)
        return PurchaseWish(self.unit_id, "UNION", terms, wished, CONSIGNEE)

    def private_wish(self, *lines: tuple[Goods, int]) -> PurchaseWish:
        """What a retail buyer asks for."""
        wished = tuple(WishedLine(goods.variant_id, packs) for goods, packs in lines)
        return PurchaseWish(None, "INDIVIDUAL", "PREPAY", wished, CONSIGNEE)


def person(session: Session, login: str, *roles: tuple[str, int, str]) -> Identity:
    """Someone with roles, who cannot log in: the hash fits no password."""
    made = create_person(session, NewPerson(login, login.partition("@")[0], "no-password"), START)
    for kind, organisation_id, role in roles:
        grant(session, Grant(made.id, kind, organisation_id, role), START, actor_id=None)
    identity = load_identity(session, made.id)
    assert identity is not None
    return identity


def in_centre(centre_id: int) -> list[tuple[str, int, str]]:
    """The cash desk of a small centre, where one person also runs the daily business."""
    return [("CENTRE", centre_id, role) for role in (Role.CASHIER, Role.OPERATOR)]


def goods(
    session: Session,
    producer_id: int,
    name: str,
    price_fen: int,
    *,
    stock: int = 1000,
    certified: bool = True,
    origin: tuple[OriginShare, ...] = THIRDS,
) -> Goods:
    """A published product with one pack and one batch."""
    product = create_product(session, NewProduct(producer_id, "shiitake", name, HUIGOU), START)
    variant = add_variant(session, product.id, NewVariant("500 克", price_fen, 500), START)
    code = f"B{variant.id:05d}"
    received = ReceivedBatch(variant.id, code, date(2026, 11, 1), 365, stock, origin)
    batch = receive_batch(session, received, START)
    if certified:
        paper = Certificate(f"鄂扶 {product.id}", "郧阳区", date(2025, 1, 1), date(2028, 12, 31))
        certify(session, product.id, paper, START)
    publish(session, product.id, START)
    return Goods(product.id, variant.id, batch.id, price_fen)


def _producer(session: Session, number: int, name: str, village: str) -> int:
    new = NewProducer(name, "COOPERATIVE", make_uscc("420304", number), village, "0719-7221234")
    return create_producer(session, new, START).id


def build(session: Session) -> County:
    """The county, committed, so that applications and threads see it too."""
    load_divisions(session)
    put_categories(session)
    unit = create_unit(
        session, NewUnit("区财政局", 1, "420304000000", 100, date(2024, 1, 1)), START
    )
    other = create_unit(session, NewUnit("区档案馆", 1, "420304000000", 9, date(2024, 1, 1)), START)
    centre = create_centre(
        session, NewCentre("消费帮扶运营中心", "420304", "运营中心", "6222000011112222", "农商行")
    )
    for year in (2025, 2026, 2027):
        publish_rule(session, floor_rule(year), START - timedelta(days=700))
    first = _producer(session, 1, "会沟村食用菌合作社", HUIGOU)
    second = _producer(session, 2, "云彩山粉条工坊", YUNCAI)
    county = County(
        unit_id=unit.id,
        other_unit_id=other.id,
        producer_id=first,
        other_producer_id=second,
        mushrooms=goods(session, first, "椴木香菇", 6_403),
        oil=goods(session, first, "散装橄榄油", 9_900, certified=False),
        noodles=goods(session, second, "红薯粉条", 1_999),
        buyer=person(session, "buyer@test", (OrganisationKind.UNIT, unit.id, Role.BUYER)),
        approver=person(session, "approver@test", (OrganisationKind.UNIT, unit.id, Role.APPROVER)),
        finance=person(session, "finance@test", (OrganisationKind.UNIT, unit.id, Role.FINANCE)),
        stranger=person(session, "stranger@test", (OrganisationKind.UNIT, other.id, Role.BUYER)),
        clerk=person(session, "clerk@test", (OrganisationKind.PRODUCER, first, Role.CLERK)),
        other_clerk=person(session, "clerk2@test", (OrganisationKind.PRODUCER, second, Role.CLERK)),
        cashier=person(session, "cashier@test", *in_centre(centre.id)),
        operator=person(session, "second@test", ("CENTRE", centre.id, Role.OPERATOR)),
        auditor=person(session, "auditor@test", (OrganisationKind.CENTRE, centre.id, Role.AUDITOR)),
        shopper=person(session, "shopper@test"),
    )
    session.commit()
    return county


def floor_rule(year: int) -> RuleText:
    """At least 500 yuan per employee, recognised when an order is complete."""
    return RuleText(
        code="per-head-floor",
        year=year,
        name="人均 500 元",
        basis="PER_HEAD_FLOOR",
        area="420304",
        funds=("CANTEEN", "UNION", "OTHER"),
        legal_reference="财库〔2021〕19 号",
        amount_fen=50_000,
    )
