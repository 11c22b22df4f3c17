"""What an official is warned of before a session: goods, host, and claims that the law forbids."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from marketplace.core.errors import N_

# 广告法第九条 (absolute claims), 第十七条 (cures), 第二十八条 (what nobody can promise); 食品安全法
# 第七十三条 (food that heals). A list for human eyes: what it finds is looked at, not refused.
CLAIMS = (
    *("最佳", "最好", "最优", "最高级", "最低价", "最便宜", "最先进", "全网最", "史上最"),
    *("国家级", "世界级", "顶级", "极品", "第一品牌", "全国第一", "全网第一", "销量第一"),
    *("唯一", "首选", "绝无仅有", "史无前例", "万能", "王牌", "百分之百", "100%", "绝对"),
    *("治疗", "治愈", "根治", "疗效", "包治", "药到病除", "防癌", "抗癌", "降血压", "降血糖"),
    *("降血脂", "排毒", "祖传秘方", "无副作用", "特供", "专供"),
)

NOT_ON_SALE = N_("“%(product)s”没有在售:已下架或还没有上架。")
NOT_CERTIFIED = N_("“%(product)s”没有在直播当天有效的帮扶产品认定。")
SOON_EXPIRED = N_("“%(product)s”的批次 %(batch)s 在 %(expires_on)s 到期。")
NOTHING_LEFT = N_("“%(product)s”没有可卖的库存。")
SUSPENDED = N_("这个直播间已被暂停。")
NOT_AGREED = N_("“%(product)s”的佣金还没有约定。")
CLAIM_IN_TITLE = N_("标题里有广告法不允许的说法:%(words)s。")
CLAIM_IN_SCRIPT = N_("“%(product)s”的讲解要点里有广告法不允许的说法:%(words)s。")


@dataclass(frozen=True)
class Caution:
    """One thing to look at; the words are filled where they are shown."""

    message: str
    params: tuple[tuple[str, Any], ...] = ()


def claims_in(text: str) -> tuple[str, ...]:
    """The forbidden claims in a text, whatever its width, case and blanks."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return tuple(claim for claim in CLAIMS if claim in plain)
