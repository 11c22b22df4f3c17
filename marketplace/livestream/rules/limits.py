"""What one person may buy of an offer while its session is live."""

from marketplace.core.errors import N_, Refusal


class OverLimit(Refusal):
    code = "offer.over_limit"
    message = N_("这件商品直播期间每人限购 %(most)s 件,加上这次会超出。请减少数量,购物车已保留。")
