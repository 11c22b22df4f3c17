"""A staff list in a few words, for tests that begin with one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Purchase, PurchaseRecipient
from marketplace.ordering.rules import WishedLine
from marketplace.ordering.rules.wishes import GiftWish, Recipient
from tests.county import CONSIGNEE, START, County, Goods

HOME = "湖北省武汉市洪山区珞瑜路 1 号"


def person(
    name: str, *packs: tuple[Goods, int], address: str = "", amount_fen: int | None = None
) -> Recipient:
    lines = tuple(WishedLine(goods.variant_id, quantity) for goods, quantity in packs)
    return Recipient(name, "办公室", "13912345678", address, lines, amount_fen)


def gift_wish(county: County, *people: Recipient, terms: str = "POSTPAY") -> GiftWish:
    return GiftWish(county.unit_id, "UNION", terms, CONSIGNEE, people)


def placed_gifts(
    session: Session, county: County, *people: Recipient, now: datetime = START
) -> Purchase:
    """A staff list that was approved."""
    purchase = ordering.draft_gifts(session, county.buyer, gift_wish(county, *people), now)
    ordering.submit(session, county.buyer, purchase.id, now)
    ordering.approve(session, county.approver, purchase.id, now)
    return purchase


def ids_of(session: Session, purchase_id: int) -> list[int]:
    """The people of a purchase, in the order of their list."""
    mine = select(PurchaseRecipient.id).where(PurchaseRecipient.purchase_id == purchase_id)
    return list(session.scalars(mine.order_by(PurchaseRecipient.place)))
