"""What one person may buy of an offer while its session is live."""

from dataclasses import dataclass

from marketplace.core.errors import N_, Refusal


@dataclass(frozen=True)
class PersonLimit:
    """How many packs of a product one person may buy while it is live, and has bought."""

    most: int
    taken: int

    @property
    def left(self) -> int:
        return max(0, self.most - self.taken)


class OverLimit(Refusal):
    code = "offer.over_limit"
    message = N_(
        "「%(name)s」直播期间每人限购 %(most)s 件,加上这次的 %(wanted)s 件会超出。"
        "请减少数量;购物车为您留着。"
    )
