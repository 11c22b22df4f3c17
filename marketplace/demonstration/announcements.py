"""What the county of the demonstration announces."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.announcements.commands import announce
from marketplace.announcements.rules import GivenAnnouncement
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity

NEW_GOODS = """各乡镇的冬菇陆续采收,本月下旬起发货。

每一批的来源村和检测报告都能扫码查看。"""
LAST_DAY = """年底物流紧张,请各单位尽早安排:

- 12 月 20 日前下单,当年验收计入当年;
- 还差多少在“采购进度”里看。"""
YEAR_END = "12 月 25 日后的订单请先和买方约好到货日,发票随货开出。"
# Audience, title, words, days from now until it begins, days it lasts.
SAID = (
    ("ALL", "冬菇新货上市", NEW_GOODS, -3, 30),
    ("UNITS", "年度采购份额请在 12 月 20 日前下单", LAST_DAY, -5, 40),
    ("PRODUCERS", "年底发货和开票的提醒", YEAR_END, -2, 40),
)


def announce_to_all(session: Session, official: Identity, county: str, now: datetime) -> None:
    for audience, title, words, begins, lasts in SAID:
        first = day_of(now) + timedelta(days=begins)
        span = (first, first + timedelta(days=lasts))
        given = GivenAnnouncement(audience, title, words, *span, is_pinned=False)
        announce(session, official, county, given, now)
