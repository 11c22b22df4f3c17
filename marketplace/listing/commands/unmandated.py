"""Goods of a trader whose maker's mandate is over: they leave the shelves."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue import commands as catalogue
from marketplace.catalogue.queries.own import traded_goods
from marketplace.core.clock import day_of
from marketplace.trading.queries import mandated_pairs


def withdraw_unmandated(session: Session, now: datetime) -> int:
    """Takes them off sale; orders that were placed go their way. Returns how many."""
    mandated = mandated_pairs(session, day_of(now))
    gone = [
        product_id
        for product_id, trader_id, maker_id in traded_goods(session)
        if (trader_id, maker_id) not in mandated
    ]
    for product_id in gone:
        catalogue.withdraw(session, product_id, now)
    return len(gone)
