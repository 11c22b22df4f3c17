"""A union's staff list that its producer is about to send, and lists that are bought by again."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.demonstration.money import who
from marketplace.demonstration.stories import Cast, is_plentiful
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.templates import keep_list
from marketplace.ordering.queries import get_purchase
from marketplace.ordering.rules import Consignee, WishedLine
from marketplace.ordering.rules.wishes import GiftWish, Recipient

STAFF = (
    ("周晓明", "办公室", ""),
    ("吴桂英", "办公室", ""),
    ("郑海波", "预算科", ""),
    ("冯丽娟", "预算科", "湖北省武汉市洪山区珞喻路 12 号"),
    ("陈大勇", "国库科", ""),
    ("杨秀梅", "国库科", ""),
    ("何建国", "采购办", "湖北省十堰市茅箭区人民中路 8 号"),
    ("罗小燕", "采购办", ""),
)
AGO = timedelta(hours=30)


def tell_of_gifts(session: Session, cast: Cast, now: datetime) -> None:
    """Handed in, approved and taken on; the parcels wait. The basket of it is kept as a list."""
    party = cast.parties["buyer"]
    buyer, approver = who(session, party.buyer_id), who(session, party.approver_id)
    packs = (pack for goods in cast.goods["producer"] for pack in goods.packs)
    pack = next(one for one in packs if is_plentiful(one) and one.minimum_quantity <= len(STAFF))
    assert party.unit_id is not None
    people = tuple(
        Recipient(
            name, department, f"1390000{place:04d}", address, (WishedLine(pack.variant_id, 1),)
        )
        for place, (name, department, address) in enumerate(STAFF, 1)
    )
    wish = GiftWish(
        party.unit_id,
        "UNION",
        "POSTPAY",
        Consignee("收货员", "13800000000", party.address),
        people,
        "元旦慰问",
    )
    start = now - AGO
    purchase = ordering.draft_gifts(session, buyer, wish, start)
    ordering.submit(session, buyer, purchase.id, start)
    ordering.approve(session, approver, purchase.id, start + AGO / 3)
    (order,) = get_purchase(session, buyer, purchase.id).orders
    clerk = who(session, cast.clerks[order.producer_id])
    ordering.confirm(session, clerk, order.id, None, start + AGO / 2)
    kept = {pack.variant_id: len(STAFF)}
    keep_list(session, buyer, (party.unit_id, "元旦慰问"), kept, now)
