"""The county's quota rule, put in force for each year that has none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.demonstration.places import COUNTY
from marketplace.quota.commands import RuleText, publish_rule
from marketplace.quota.queries import rules_in_force

CODE = "per-head-floor"


def publish_rules(
    session: Session, years: Sequence[int], now: datetime, *, area: str = COUNTY
) -> None:
    """The per-head floor of each year that has none yet."""
    for year in years:
        if not rules_in_force(session, year, area):
            text = RuleText(
                code=CODE if area == COUNTY else f"{CODE}-{area}",
                year=year,
                name="职工人均消费帮扶采购额",
                basis="PER_HEAD_FLOOR",
                area=area,
                funds=("UNION", "CANTEEN", "OTHER"),
                legal_reference="演示规则:每名职工每年不少于 500 元",
                amount_fen=50_000,
            )
            publish_rule(session, text, now)
