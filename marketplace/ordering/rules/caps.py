"""What a hard cap forbids."""

from marketplace.core.errors import N_, Refusal


class CapReached(Refusal):
    """A hard rule: beyond it nothing may be bought with this fund this year."""

    code = "quota.cap_reached"
    message = N_(
        "批准后将超过「%(name)s」:上限 %(cap)s 元,超出 %(over)s 元。"
        "请退回减少数量,或改用其他资金渠道。"
    )
