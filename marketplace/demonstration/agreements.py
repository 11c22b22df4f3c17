"""What the unit of the story has agreed on beside its orders: a framework contract, an inquiry,
tier prices, purchases at the cabinet, how it approves, and who buys for its canteen."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO

import segno
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import set_tiers
from marketplace.catalogue.rules.tiers import Tier
from marketplace.contractors.commands import give_mandate, register_contractor
from marketplace.contractors.rules import GivenMandate, NewContractor
from marketplace.contracts import commands as contracts
from marketplace.contracts.queries.inquiries import lines_of_inquiry
from marketplace.contracts.rules.contracts import GivenContract, GivenLine
from marketplace.contracts.rules.inquiries import (
    GivenInquiry,
    GivenInquiryLine,
    GivenPrice,
    GivenQuotation,
)
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.demonstration.goods import Pack
from marketplace.demonstration.money import who
from marketplace.demonstration.stories import Cast, Party, is_plentiful
from marketplace.offline import commands as offline
from marketplace.offline.rules import GivenLine as OfflineLine
from marketplace.offline.rules import GivenOffline
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.approval import set_steps
from marketplace.ordering.rules import Consignee, PurchaseWish, WishedLine
from marketplace.ordering.rules.approval import Step
from marketplace.producers.rules import make_uscc
from marketplace.uploads.rules import GivenFile

CONTRACT_FEN = 20_000_000
SECOND_SIGNATURE_FEN = 2_000_000
CALLED_OFF = 20


class Agreements:
    """The people of the unit and of its two producers, at one moment."""

    def __init__(
        self, session: Session, cast: Cast, logins: Mapping[str, int], now: datetime
    ) -> None:
        self.session, self.cast, self.now = session, cast, now
        self.people = {name: who(session, person_id) for name, person_id in logins.items()}
        self.today = day_of(now)
        self.party: Party = cast.parties["buyer"]

    def _unit_id(self) -> int:
        assert self.party.unit_id is not None
        return self.party.unit_id

    def _pack(self, part: str, place: int = 0) -> Pack:
        """A pack of a producer that there is enough of."""
        packs = [pack for goods in self.cast.goods[part] for pack in goods.packs]
        return [pack for pack in packs if is_plentiful(pack) and pack.product.certificate][place]

    def _producer_id(self, part: str) -> int:
        return self.cast.goods[part][0].maker.producer_id

    def sign_contract(self) -> None:
        """Olive oil for the year at five in a hundred less, of which a first part is called off."""
        buyer, clerk = self.people["buyer"], self.people["producer2"]
        pack, start = self._pack("producer2"), self.now - timedelta(days=20)
        given = GivenContract(
            f"{self.today.year} 年度橄榄油框架协议",
            (GivenLine(pack.variant_id, pack.price_fen * 95 // 100),),
            day_of(start),
            day_of(start) + timedelta(days=365),
            CONTRACT_FEN,
        )
        parties = ("UNIT", self._unit_id(), self._producer_id("producer2"))
        contract = contracts.write_contract(self.session, buyer, parties, given, start)
        contracts.offer_contract(self.session, buyer, contract.id, start)
        contracts.sign_contract(self.session, self.people["approver"], contract.id, start)
        contracts.sign_contract(self.session, clerk, contract.id, start)
        wish = PurchaseWish(
            self._unit_id(),
            "CANTEEN",
            "POSTPAY",
            (WishedLine(pack.variant_id, max(CALLED_OFF, pack.minimum_quantity)),),
            Consignee("收货员", "13800000000", self.party.address),
            contract_id=contract.id,
        )
        called = ordering.draft_purchase(self.session, buyer, wish, self.now)
        ordering.submit(self.session, buyer, called.id, self.now)
        ordering.approve(self.session, self.people["approver"], called.id, self.now)

    def ask_for_quotations(self) -> None:
        """Two producers are asked; one has answered, and nobody sees what before the last day."""
        start = self.now - timedelta(days=2)
        pack = self._pack("producer")
        asked = (self._producer_id("producer"), self._producer_id("producer2"))
        inquiry = contracts.ask(
            self.session,
            self.people["buyer"],
            self._unit_id(),
            GivenInquiry(
                "春节慰问干货",
                (
                    GivenInquiryLine(f"{pack.product.name} {pack.name}", 120, pack.variant_id),
                    GivenInquiryLine("食用油礼盒", 120),
                ),
                asked,
                self.today + timedelta(days=5),
                self.today + timedelta(days=30),
                self.party.address,
            ),
            start,
        )
        line = lines_of_inquiry(self.session, inquiry.id)[0]
        offered = GivenPrice(pack.variant_id, pack.price_fen * 93 // 100)
        given = GivenQuotation({line.id: offered}, 0, 5, self.today + timedelta(days=60))
        clerk, mine = self.people["producer"], (inquiry.id, asked[0])
        contracts.answer(self.session, clerk, mine, given, self.now)

    def set_tiers(self) -> None:
        pack = self._pack("producer")
        tiers = [
            Tier(pack.minimum_quantity + 9, pack.price_fen * 96 // 100),
            Tier(pack.minimum_quantity + 49, pack.price_fen * 92 // 100),
        ]
        set_tiers(self.session, self.people["producer"], pack.variant_id, tiers, self.now)

    def buy_at_the_cabinet(self) -> None:
        """One purchase is verified and counts, one waits for the operations centre."""
        for place, days_ago in enumerate((40, 6)):
            told = self._offline(place, self.today - timedelta(days=days_ago))
            at = self.now - timedelta(days=days_ago - 2)
            filed = offline.file_offline(
                self.session, self.people["buyer"], self._unit_id(), told, at
            )
            offline.check_offline(self.session, self.people["finance"], filed.id, at)
            if not place:
                offline.verify_offline(self.session, self.people["official"], filed.id, at)

    def _offline(self, place: int, day: date) -> GivenOffline:
        pack = self._pack("producer", place)
        amount_fen = 6 * pack.price_fen
        return GivenOffline(
            self._producer_id("producer"),
            "CABINET",
            day,
            "UNION",
            (OfflineLine(pack.product.product_id, 6, amount_fen),),
            f"2642000000009{place:07d}",
            amount_fen,
            "机关食堂旁专柜",
            _picture("proof", f"发票 {place}"),
            _picture("photograph", f"照片 {place}"),
        )

    def approve_in_steps(self) -> None:
        """From 20,000 yuan on the office's head is asked, whatever pays for it."""
        approver: Identity = self.people["approver"]
        steps = [Step(SECOND_SIGNATURE_FEN, None, approver.person_id)]
        set_steps(self.session, self.people["official"], self._unit_id(), steps, self.now)

    def let_a_contractor_buy(self) -> None:
        uscc = make_uscc("420304", 900_001)
        contractor = NewContractor("郧阳江岸餐饮服务有限公司", uscc, "0719-7225678")
        register_contractor(self.session, self.people["official"], contractor, self.now)
        mandate = GivenMandate(uscc, self.today, date(self.today.year + 1, 12, 31))
        give_mandate(self.session, self.people["finance"], self._unit_id(), mandate, now=self.now)


def tell_of_agreements(
    session: Session, cast: Cast, logins: Mapping[str, int], now: datetime
) -> None:
    """Through the marketplace's own commands, by the people with a login."""
    told = Agreements(session, cast, logins, now)
    told.set_tiers()
    told.sign_contract()
    told.ask_for_quotations()
    told.buy_at_the_cabinet()
    told.approve_in_steps()
    told.let_a_contractor_buy()


def _picture(field: str, words: str) -> GivenFile:
    """A picture that says that it is one of the demonstration."""
    out = BytesIO()
    segno.make(f"演示:{words}").save(out, kind="png", scale=6)
    return GivenFile(field, f"{words}.png", out.getvalue())
