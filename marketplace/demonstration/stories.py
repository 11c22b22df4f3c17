"""The last weeks, lived through the marketplace's own commands, so that every page has work."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.demonstration.goods import Goods, Pack
from marketplace.demonstration.places import read_rows
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order, get_purchase
from marketplace.ordering.rules import (
    Consignee,
    LineVerdict,
    Parcel,
    ParcelLine,
    PurchaseWish,
    RefundedLine,
    RefundWish,
    WishedLine,
)
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt

FIRST_HOUR_AFTER = timedelta(hours=19)


@dataclass(frozen=True)
class Party:
    """A side of a story: who buys, who approves, for which unit, and what a year asks of it."""

    buyer_id: int
    approver_id: int
    unit_id: int | None
    target_fen: int
    address: str


@dataclass(frozen=True)
class Cast:
    """Everybody who appears in the stories."""

    parties: Mapping[str, Party]
    cashier_id: int
    clerks: Mapping[int, int]
    host_id: int
    # Goods by the part they play: `producer`, `producer2`, `other:tea` …
    goods: Mapping[str, Sequence[Goods]]


class Story:
    """One purchase, taken step by step as far as its story goes."""

    def __init__(self, session: Session, cast: Cast, row: Mapping[str, str], now: datetime) -> None:
        self.session = session
        self.cast = cast
        self.row = row
        self.party = cast.parties[row["who"]]
        self.steps = row["steps"].split(" ")
        self.now = now
        self.at = now - timedelta(days=int(row["days_ago"])) - FIRST_HOUR_AFTER
        self.purchase_id = self.order_id = self.payment_id = 0

    def tell(self, number: int) -> None:
        """From the draft to the last step, evenly spread over the days it took."""
        pause = min((self.now - self.at) / (len(self.steps) + 1), timedelta(hours=40))
        self._draft(number)
        for step in self.steps:
            self.at += pause
            STEPS[step](self)

    @property
    def buyer(self) -> Identity:
        return self._person(self.party.buyer_id)

    @property
    def approver(self) -> Identity:
        return self._person(self.party.approver_id)

    @property
    def clerk(self) -> Identity:
        order = get_order(self.session, self.buyer, self.order_id)
        return self._person(self.cast.clerks[order.producer_id])

    def _person(self, person_id: int) -> Identity:
        identity = load_identity(self.session, person_id)
        assert identity is not None, person_id
        return identity

    def _draft(self, number: int) -> None:
        is_retail = self.party.unit_id is None
        wish = PurchaseWish(
            unit_id=self.party.unit_id,
            fund=self.row["fund"],
            payment_terms=self.row["terms"],
            lines=self._wished(number),
            consignee=Consignee("收货员", "13800000000", self.party.address),
            note="" if is_retail else "请送到单位食堂后门,周一至周五上班时间。",
            host_id=self.cast.host_id if "live" in self.steps else None,
            channel="LIVE" if "live" in self.steps else "SHOP",
        )
        purchase = ordering.draft_purchase(self.session, self.buyer, wish, self.at)
        self.purchase_id = purchase.id
        self.order_id = get_purchase(self.session, self.buyer, purchase.id).orders[0].id

    def _wished(self, number: int) -> tuple[WishedLine, ...]:
        """Two products of the producer, worth the story's share of the unit's year."""
        certified = self.row["certified"] == "1"
        shelf = [
            goods
            for goods in self.cast.goods[self.row["producer"]]
            if goods.is_certified_on(day_of(self.now)) == certified
            and goods.published_at < self.at
            and any(is_plentiful(pack) for pack in goods.packs)
        ]
        chosen = [shelf[(number + turn) % len(shelf)] for turn in range(min(2, len(shelf)))]
        packs = [next(pack for pack in goods.packs if is_plentiful(pack)) for goods in chosen]
        budget_fen = self.party.target_fen * int(self.row["share_percent"]) // 100 // len(packs)
        return tuple(WishedLine(pack.variant_id, _affordable(pack, budget_fen)) for pack in packs)

    def submit(self) -> None:
        ordering.submit(self.session, self.buyer, self.purchase_id, self.at)

    def approve(self) -> None:
        ordering.approve(self.session, self.approver, self.purchase_id, self.at)

    def reject(self) -> None:
        reason = "本月时令菜已由配送公司供应,请改为干货。"
        ordering.reject(self.session, self.approver, self.purchase_id, reason, self.at)

    def confirm(self) -> None:
        ordering.confirm(self.session, self.clerk, self.order_id, None, self.at)

    def decline(self) -> None:
        reason = "连日阴雨,本批鲜果未达采收标准。"
        ordering.decline(self.session, self.clerk, self.order_id, reason, self.at)

    def cancel(self) -> None:
        ordering.cancel_purchase(
            self.session, self.buyer, self.purchase_id, "尺码统计有误,重新提交。", self.at
        )

    def lapse(self) -> None:
        """Nobody does anything, and the time runs out."""
        ordering.expire_due(self.session, self.now)

    def ask(self) -> None:
        self._ask("bank_transfer")

    def _ask(self, method: str) -> None:
        payment = payments.ask_for_payment(
            self.session, self.buyer, self.purchase_id, method, self.at
        )
        self.payment_id = payment.id

    def declare(self) -> None:
        payments.declare(self.session, self.buyer, self.payment_id, self.at)

    def pay(self) -> None:
        purchase = get_purchase(self.session, self.buyer, self.purchase_id)
        amount_fen = sum(order.payable_fen for order in purchase.orders)
        receipt = Receipt(amount_fen, day_of(self.at), f"STORY{self.payment_id:08d}")
        cashier = self._person(self.cast.cashier_id)
        payments.confirm_payment(self.session, cashier, self.payment_id, receipt, self.at)

    def pay_now(self) -> None:
        """Retail pays within minutes, or the purchase would expire."""
        later, self.at = self.at, self.at - timedelta(seconds=1)
        self._ask("simulated")
        payments.pay_simulated(self.session, self.buyer, self.payment_id, self.at)
        self.at = later

    def ship(self) -> None:
        parcel = Parcel("县域物流专线", f"YYS{self.order_id:08d}")
        ordering.ship(self.session, self.clerk, self.order_id, parcel, self.at)

    def ship_half(self) -> None:
        lines = get_order(self.session, self.buyer, self.order_id).lines
        some = tuple(ParcelLine(line.id, max(1, line.quantity // 2)) for line in lines)
        parcel = Parcel("县域物流专线", f"YYS{self.order_id:08d}", some)
        ordering.ship(self.session, self.clerk, self.order_id, parcel, self.at)

    def receive(self) -> None:
        ordering.receive(self.session, self.buyer, self.order_id, self.at)

    def accept(self) -> None:
        self._accept(rejected=0)

    def accept_some(self) -> None:
        self._accept(rejected=1)

    def _accept(self, rejected: int) -> None:
        lines = get_order(self.session, self.buyer, self.order_id).lines
        verdicts = [
            LineVerdict(
                line.id, line.quantity - rejected, rejected, "外包装受潮" if rejected else ""
            )
            for line in lines
        ]
        ordering.accept(self.session, self.approver, self.order_id, verdicts, self.at)

    def refund_open(self) -> None:
        self._ask_back()

    def refund(self) -> None:
        refund_id = self._ask_back()
        ordering.approve_refund(self.session, self.clerk, refund_id, self.at)

    def _ask_back(self) -> int:
        line = get_order(self.session, self.buyer, self.order_id).lines[0]
        wish = RefundWish(lines=(RefundedLine(line.id, 1),), reason="开箱后发现一件破损")
        return ordering.request_refund(self.session, self.buyer, self.order_id, wish, self.at).id

    def rest(self) -> None:
        """Nothing happens in this step."""


STEPS: Mapping[str, Callable[[Story], None]] = {
    "draft": Story.rest,
    "live": Story.rest,
    "submit": Story.submit,
    "approve": Story.approve,
    "reject": Story.reject,
    "confirm": Story.confirm,
    "decline": Story.decline,
    "cancel": Story.cancel,
    "lapse": Story.lapse,
    "ask": Story.ask,
    "declare": Story.declare,
    "pay": Story.pay,
    "pay_now": Story.pay_now,
    "ship": Story.ship,
    "ship_half": Story.ship_half,
    "receive": Story.receive,
    "accept": Story.accept,
    "accept_some": Story.accept_some,
    "refund_open": Story.refund_open,
    "refund": Story.refund,
}


def by_part(goods: Iterable[Goods], parts: Mapping[str, str]) -> dict[str, list[Goods]]:
    """Goods by the part their producer (by name) plays; the rest by trade."""
    found: dict[str, list[Goods]] = {}
    for product in goods:
        maker = product.maker
        found.setdefault(parts.get(maker.name, f"other:{maker.trade}"), []).append(product)
    return found


def is_plentiful(pack: Pack) -> bool:
    return pack.available >= max(60, 4 * pack.minimum_quantity)


def _affordable(pack: Pack, budget_fen: int) -> int:
    """As many as the budget buys, but no more than a fair part of what is on the shelf."""
    wanted = max(2, pack.minimum_quantity, budget_fen // pack.price_fen)
    return min(wanted, pack.available // 8 or 1)


def tell_stories(session: Session, cast: Cast, now: datetime) -> None:
    for number, row in enumerate(read_rows("stories.csv")):
        Story(session, cast, row, now).tell(number)
