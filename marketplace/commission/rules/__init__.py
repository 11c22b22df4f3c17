"""What a sale earns, how it is shared, and what a claim says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core.errors import N_
from marketplace.core.money import PPM, split
from marketplace.livestream.rules.claims import Outcome

# What each outcome says; the facts of the claim fill the gaps.
SENTENCES: Mapping[str, str] = {
    Outcome.CODE: N_("结算时填了「%(host)s」的口令,在场次“%(session)s”的有效期内。"),
    Outcome.LINK: N_("最后一次点开的是「%(host)s」在场次“%(session)s”的链接。"),
    Outcome.UNIT_ORDER: N_("由「%(host)s」在场次“%(session)s”带来;单位采购按本县规定不计佣金。"),
    Outcome.OWN_PURCHASE: N_("主播、助理或机构自己购买,不计佣金(「%(host)s」)。"),
    Outcome.OTHER_GOODS: N_("口令或链接所属的场次里没有这件商品,不计佣金。"),
    Outcome.BEFORE_START: N_("场次“%(session)s”当时还没有开始,不计佣金。"),
    Outcome.AFTER_END: N_("场次“%(session)s”已经结束并超过有效期,不计佣金。"),
    Outcome.TOO_LATE: N_("点开链接后超过 %(days)s 天才下单,不计佣金。"),
    Outcome.NOT_AGREED: N_("供应商还没有同意“%(session)s”里这件商品的佣金,不计佣金。"),
    Outcome.SUSPENDED: N_("「%(host)s」当时被暂停带货,不计佣金。"),
    Outcome.BEFORE_SESSIONS: N_("启用场次之前凭口令带货,当时没有约定佣金。"),
    Outcome.DISPUTE_GRANTED: N_("经申诉改判给「%(host)s」(场次“%(session)s”):%(answer)s"),
}


def reason_of(outcome: str, facts: Mapping[str, Any], words: Callable[[str], str] = str) -> str:
    """Why a sale is somebody's or nobody's, in a sentence; `words` turns it into a language."""
    return words(SENTENCES[outcome]) % facts


@dataclass(frozen=True)
class ClaimedLine:
    """An order line as a claim names it."""

    order_line_id: int
    product_id: int


@dataclass(frozen=True)
class EarnedOrder:
    """What all entries of one step say, and the source that makes them unique."""

    source: str
    kind: str
    order_id: int
    producer_id: int
    counted_on: date


@dataclass(frozen=True)
class Earned:
    """What one step brought hosts and agencies (negative: took): the producer pays it."""

    hosts: Mapping[int, int]
    agencies: Mapping[int, int]

    @property
    def total_fen(self) -> int:
        return sum(self.hosts.values()) + sum(self.agencies.values())


def shares_of(base_fen: int, rate_ppm: int, agency_ppm: int) -> tuple[int, int]:
    """(host, agency) of the commission on an amount: the whole rounded down to the fen, shared
    by largest remainder."""
    whole = base_fen * rate_ppm // PPM
    host_fen, agency_fen = split(whole, [PPM - agency_ppm, agency_ppm])
    return int(host_fen), int(agency_fen)


def change_of(
    before: tuple[int, int, int], delta_fen: int, rate_ppm: int, agency_ppm: int
) -> tuple[int, int]:
    """What (host, agency) get or give back when the net amount changes.

    `before` is (amount, host, agency) so far. Each step goes to what the amount now standing
    earns, so that every sequence of partial refunds ends where the whole refund does: at nothing.
    """
    base_fen, host_fen, agency_fen = before
    host_then, agency_then = shares_of(base_fen + delta_fen, rate_ppm, agency_ppm)
    return host_then - host_fen, agency_then - agency_fen
