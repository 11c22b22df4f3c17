"""A trader in the county town that sells shiitake by mandate of the producer of the story."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.catalogue.commands import add_variant, create_product, publish, receive_batch
from marketplace.catalogue.rules import NewProduct, NewVariant, OriginShare, ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.demonstration.money import who
from marketplace.demonstration.stories import Cast
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from marketplace.trading.commands import give_trade_mandate
from marketplace.trading.rules import GivenTradeMandate

USCC = make_uscc("420304", 900_002)


def tell_of_traders(session: Session, cast: Cast, now: datetime) -> None:
    """The mandate for a year, and one product with its first batch."""
    goods = cast.goods["producer"][0]
    maker, today = goods.maker, day_of(now)
    village = maker.home.code
    trader = create_producer(
        session,
        NewProducer(
            "郧阳城关土产商行", "LEADING_FIRM", USCC, village, "0719-7223456", is_trader=True
        ),
        now,
    )
    clerk = who(session, cast.clerks[maker.producer_id])
    span = GivenTradeMandate(USCC, today, today + timedelta(days=365))
    give_trade_mandate(session, clerk, maker.producer_id, span, now)
    new = NewProduct(trader.id, goods.category, "香菇礼盒", village, maker_id=maker.producer_id)
    product = create_product(session, new, now)
    pack = add_variant(session, product.id, NewVariant("4 袋礼盒", 12_800, 1_000), now)
    share = (OriginShare(village, 1_000_000),)
    made_on = today - timedelta(days=20)
    batch = ReceivedBatch(pack.id, f"T{made_on:%y%m%d}-1", made_on, 365, 200, share)
    receive_batch(session, batch, now)
    publish(session, product.id, now)
