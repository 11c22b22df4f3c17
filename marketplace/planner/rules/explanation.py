"""Why a basket is proposed, in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.core.errors import N_
from marketplace.core.money import format_yuan
from marketplace.planner.rules.shapes import Proposal, Strategy
from marketplace.quota.rules import Progress

NO_TARGET = N_("这一年没有适用于本单位的采购目标,不需要方案。")
OTHER_YEAR = N_("方案只做今年的:现在买的,不会计入别的年份。")
MET = N_("已计入的和在途的加起来已经够今年的目标,不需要再买。")
NOT_ENOUGH = N_("符合条件、库存和保质期都够的商品加起来还补不上差额,请过几天再看。")
FEWEST = N_(
    "只要 %(parcels)s 个包裹就能补足差额,超出 %(excess)s 元;"
    "惠及 %(villages)s 个村,其中 %(liked)s 种是贵单位买过并满意的。"
)
MOST = N_(
    "惠及 %(villages)s 个村,其中 %(lagging)s 个今年卖得偏少,"
    "分 %(parcels)s 个包裹,超出差额 %(excess)s 元。"
)
CHEAPEST = N_(
    "含运费折合同类商品中间价的 %(level)s%%,分 %(parcels)s 个包裹,惠及 %(villages)s 个村,"
    "超出差额 %(excess)s 元。"
)
EXPIRING = N_(
    "其中 %(expiring)s 种的存货 %(days)s 天内到期,送到后还能存放 %(keeps)s 天以上,"
    "先买它们可以少浪费。"
)
WORDS: Mapping[Strategy, str] = {
    Strategy.FEWEST_PARCELS: FEWEST,
    Strategy.MOST_VILLAGES: MOST,
    Strategy.CHEAPEST: CHEAPEST,
}


@dataclass(frozen=True)
class Explanation:
    """A sentence and what fills it; it is translated where it is shown."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    # A second sentence, filled by the same.
    also: str = ""


def why_none(progress: Progress | None, *, is_this_year: bool) -> str:
    """Why nothing is proposed where nothing is missing."""
    if not is_this_year:
        return OTHER_YEAR
    return NO_TARGET if progress is None else MET


def explain(strategy: Strategy, proposal: Proposal | None, facts: tuple[int, ...]) -> Explanation:
    """The sentence of a plan. Facts: parcels, villages, lagging ones, products known and liked,
    packs that would else expire, within how many days, and how many days they keep at least."""
    if proposal is None:
        return Explanation(NOT_ENOUGH)
    parcels, villages, lagging, liked, expiring, days, keeps = facts
    params = {
        "parcels": parcels,
        "villages": villages,
        "lagging": lagging,
        "liked": liked,
        "excess": format_yuan(proposal.excess_fen),
        "level": proposal.value // 10_000,
        "expiring": expiring,
        "days": days,
        "keeps": keeps,
    }
    return Explanation(WORDS[strategy], params, EXPIRING if expiring else "")
