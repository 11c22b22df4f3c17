"""What a producer is by its papers, and the freight of its orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc as checked_uscc

from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.money import Fen

KINDS = ("COOPERATIVE", "WORKSHOP", "FAMILY_FARM", "LEADING_FIRM")
BENEFITS = ("WAGE", "ASSET", "BUSINESS")
MOST_NAME = 120
MOST_PHONE = 20
MOST_TRADE = 40
MOST_WORKERS = 100_000
MOST_FREIGHT_FEN = 100_000_00
MOST_CARRIAGES = 20
MOST_REGIONS = 300
MOST_COUNT = 10_000_000
FOOD_KINDS = ("LICENCE", "FILING")
MOST_FOOD_NUMBER = 40
# Days that the county may set: how long an entry is shown in public, and how long a producer
# whose papers are due may go on publishing.
TERMS = {"notice": 5, "grace": 30}
MOST_TERM_DAYS = 365
# 电子商务法第二十七条: the papers of merchants are verified again at least every six months.
VERIFIED_FOR_MONTHS = 6
BASES = ("ORDER", "PIECE", "WEIGHT")
# How far into an address its region stands: 湖北省十堰市郧阳区 has nine characters.
REGION_WITHIN = 12

NO_NAME = N_("名称需要 1 到 120 个字。")
NO_PHONE = N_("请填写联系电话,最多 20 个字。")
NOT_A_KIND = N_("请从给出的经营主体类型中选择一项。")
NOT_A_BENEFIT = N_("请从给出的带贫方式中选择一项。")
NO_TRADE = N_("请填写产业,最多 40 个字。")
NOT_WORKERS = N_("务工人数要在 0 到 100000 之间。")
WORKSHOP_TWICE = N_("您已经有一个叫“%(name)s”的车间,请换一个名称。")
NOT_A_BASIS = N_("请从按单、按件、按重量中选择一项。")
NOT_A_COUNT = N_("件数或克数要在 1 到 %(most)s 之间。")
TOO_MANY_REGIONS = N_("地区名称合计最多 300 个字。")
TOO_MANY_CARRIAGES = N_("最多设 20 条运费规则。")
NOT_FREIGHT = N_("运费不能是负数,也不能超过 10 万元。")


class UsccTaken(Refusal):
    """A licence belongs to one producer."""

    code = "producer.uscc_taken"
    message = N_("统一社会信用代码 %(uscc)s 已经登记给另一家供应商,请核对。")


class ProducerNameTaken(Refusal):
    """Papers are made out to a name, so two producers cannot bear the same."""

    code = "producer.name_taken"
    message = N_("已经有名为“%(name)s”的供应商,请核对。")


class ProducerUnverified(Refusal):
    """What is on sale goes on; nothing new is published on papers that nobody looked at."""

    code = "producer.unverified"
    message = N_(
        "供应商资料的复核在 %(due_on)s 到期,宽限期已过,不能上架新商品。请先提交并通过资料复核。"
    )


class OwnProducer(Refusal):
    """An official who also works for the producer leaves deciding about it to others."""

    code = "producer.own"
    status = 403
    message = N_("您在这家供应商任职,不能办理它的事项,请交给同事。")


def require_no_stake(identity: Identity, producer_id: int) -> None:
    """Raises OwnProducer for whoever works for the producer."""
    if identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise OwnProducer


@dataclass(frozen=True)
class Papers:
    """What the papers of a producer say today."""

    food_kind: str = ""
    food_number: str = ""
    food_valid_until: date | None = None
    licence_valid_until: date | None = None


def verified_until(day: date) -> date:
    """Until when papers that were looked at on a day hold: the same day six months later."""
    months = day.year * 12 + day.month - 1 + VERIFIED_FOR_MONTHS
    # Every month has a 28th.
    return date(months // 12, months % 12 + 1, min(day.day, 28))


NOT_FOOD_KIND = N_("请选择食品经营的证件类型;不卖食品的选“不经营食品”。")
NO_FOOD_NUMBER = N_("请填写许可证或备案的编号,最多 40 个字。")
FOOD_EXPIRED = N_("食品证件已经到期,请先续办。")
NO_FOOD_UNTIL = N_("请填写食品证件的有效期。")
LICENCE_EXPIRED = N_("营业执照已经到期,请先换照;长期有效的请留空。")


def wrong_papers(papers: Papers, today: date) -> list[FieldError]:
    """What is wrong with the papers of a producer, by field."""
    errors = []
    if papers.licence_valid_until is not None and papers.licence_valid_until < today:
        errors.append(FieldError("licence_valid_until", LICENCE_EXPIRED))
    if papers.food_kind not in ("", *FOOD_KINDS):
        errors.append(FieldError("food_kind", NOT_FOOD_KIND))
    elif papers.food_kind:
        errors += _wrong_food(papers, today)
    return errors


def _wrong_food(papers: Papers, today: date) -> list[FieldError]:
    errors = []
    if not 0 < len(papers.food_number) <= MOST_FOOD_NUMBER:
        errors.append(FieldError("food_number", NO_FOOD_NUMBER))
    # A filing (备案) has no end; a licence has one.
    if papers.food_valid_until is None and papers.food_kind == "LICENCE":
        errors.append(FieldError("food_valid_until", NO_FOOD_UNTIL))
    elif papers.food_valid_until is not None and papers.food_valid_until < today:
        errors.append(FieldError("food_valid_until", FOOD_EXPIRED))
    return errors


def make_uscc(county_code: str, number: int) -> str:
    """A well-formed code for demonstration data: 93 is a cooperative registered by the market
    regulator; the number stands where a real code has the organisation's own."""
    body = f"93{county_code[:6]}{number:09d}"
    return body + str(checked_uscc.calc_check_digit(body))


@dataclass(frozen=True)
class Carriage:
    """What a producer asks for carriage to some regions: so much for the first pieces or grams,
    so much for each further step, nothing from a value of goods on (0: never)."""

    regions: tuple[str, ...] = ()
    basis: str = "ORDER"
    first_count: int = 1
    first_fen: int = 0
    step_count: int = 1
    step_fen: int = 0
    free_from_fen: int = 0


@dataclass(frozen=True)
class Tariff:
    """A producer's carriages in their order; where none fits, the flat one."""

    flat: Carriage
    carriages: tuple[Carriage, ...] = ()


@dataclass(frozen=True)
class Load:
    """What is to be carried, and where to."""

    goods_fen: int
    pieces: int = 1
    weight_g: int = 0
    address: str = ""


def flat_tariff(freight_fen: int, free_from_fen: int) -> Tariff:
    return Tariff(Carriage(first_fen=freight_fen, free_from_fen=free_from_fen))


def freight_of(load: Load, tariff: Tariff) -> Fen:
    """The freight of one order."""
    fitting = (one for one in tariff.carriages if goes_to(one, load.address))
    carriage = next(fitting, tariff.flat)
    if 0 < carriage.free_from_fen <= load.goods_fen:
        return Fen(0)
    counted = {"ORDER": 1, "PIECE": load.pieces, "WEIGHT": load.weight_g}[carriage.basis]
    further = max(0, counted - carriage.first_count)
    steps = -(-further // carriage.step_count)
    return Fen(min(carriage.first_fen + steps * carriage.step_fen, MOST_FREIGHT_FEN))


def goes_to(carriage: Carriage, address: str) -> bool:
    """Whether an address lies in the regions: one of them is named where the address begins.
    People leave the province out, so the name need not be its very first word."""
    beginning = "".join(address.split())[:REGION_WITHIN]
    return not carriage.regions or any(region in beginning for region in carriage.regions)


def wrong_producer(name: str, kind: str, phone: str) -> list[FieldError]:
    """What is wrong with the plain facts of a producer."""
    errors = []
    if not 0 < len(name.strip()) <= MOST_NAME:
        errors.append(FieldError("name", NO_NAME))
    if kind not in KINDS:
        errors.append(FieldError("kind", NOT_A_KIND))
    if not 0 < len(phone.strip()) <= MOST_PHONE:
        errors.append(FieldError("phone", NO_PHONE))
    return errors


def wrong_freight(freight_fen: int, free_from_fen: int) -> list[FieldError]:
    """What is wrong with terms of freight."""
    return [
        FieldError(name, NOT_FREIGHT)
        for name, fen in (("freight_fen", freight_fen), ("free_freight_from_fen", free_from_fen))
        if not 0 <= fen <= MOST_FREIGHT_FEN
    ]


@dataclass(frozen=True)
class WorkshopWords:
    """What is said of a workshop, besides where it stands."""

    name: str
    benefit_kind: str
    trade: str
    workers: int


def wrong_workshop(words: WorkshopWords) -> list[FieldError]:
    """What is wrong with the plain facts of a workshop."""
    errors = []
    if not 0 < len(words.name) <= MOST_NAME:
        errors.append(FieldError("name", NO_NAME))
    if words.benefit_kind not in BENEFITS:
        errors.append(FieldError("benefit_kind", NOT_A_BENEFIT))
    if not 0 < len(words.trade) <= MOST_TRADE:
        errors.append(FieldError("trade", NO_TRADE))
    if not 0 <= words.workers <= MOST_WORKERS:
        errors.append(FieldError("workers", NOT_WORKERS))
    return errors


def wrong_carriage(carriage: Carriage, place: int) -> list[FieldError]:
    """What is wrong with a rule of freight, its fields named with its place."""
    errors = []
    if carriage.basis not in BASES:
        errors.append(FieldError(f"basis-{place}", NOT_A_BASIS))
    for name in ("first_count", "step_count"):
        if not 1 <= getattr(carriage, name) <= MOST_COUNT:
            errors.append(FieldError(f"{name}-{place}", NOT_A_COUNT, (("most", MOST_COUNT),)))
    for name in ("first_fen", "step_fen", "free_from_fen"):
        if not 0 <= getattr(carriage, name) <= MOST_FREIGHT_FEN:
            errors.append(FieldError(f"{name.removesuffix('_fen')}-{place}", NOT_FREIGHT))
    if len(" ".join(carriage.regions)) > MOST_REGIONS:
        errors.append(FieldError(f"regions-{place}", TOO_MANY_REGIONS))
    return errors


def wrong_carriages(carriages: Sequence[Carriage]) -> list[FieldError]:
    """What is wrong with all of them."""
    if len(carriages) > MOST_CARRIAGES:
        return [FieldError("regions-1", TOO_MANY_CARRIAGES)]
    found = (wrong_carriage(one, place) for place, one in enumerate(carriages, 1))
    return [error for errors in found for error in errors]
