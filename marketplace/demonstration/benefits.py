"""What households received: enough of them in one village to be told, too few in another."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from stdnum.cn import ric

from marketplace.benefits.commands import enter_list
from marketplace.benefits.queries import Told
from marketplace.benefits.rules import BenefitRow
from marketplace.core.clock import day_of, month_of
from marketplace.core.sealing import Sealer
from marketplace.demonstration.money import who

COUNTY = "420304"
# 云彩山村 and 会沟村.
YUNCAI, HUIGOU = "420304102209", "420304106205"
# Invented people: nobody is called so, and the numbers belong to nobody.
NAMES = ("演示甲", "演示乙", "演示丙", "演示丁", "演示戊", "演示己", "演示庚", "演示辛")


def tell_of_benefits(
    session: Session, sealer: Sealer, clerks: dict[int, int], now: datetime
) -> None:
    """Wages of two months and a dividend, through the marketplace's own commands."""
    producer_id, clerk_id = next(iter(clerks.items()))
    clerk = who(session, clerk_id)
    for back, kind in ((40, "WAGE"), (10, "WAGE"), (40, "DIVIDEND")):
        period = month_of(day_of(now - timedelta(days=back)))
        rows = tuple(_row(place, name, kind) for place, name in enumerate(NAMES, 1))
        enter_list(session, clerk, Told(producer_id, kind, period, rows), sealer, now)


def _row(place: int, name: str, kind: str) -> BenefitRow:
    body = f"{COUNTY}1970010{place}{place:03d}"[:17]
    identity = body + str(ric.calc_check_digit(body + "0"))
    amount = 1_800 + 150 * place if kind == "WAGE" else 500
    village = HUIGOU if place <= 6 else YUNCAI
    return BenefitRow(place, name, identity, village, str(amount))
