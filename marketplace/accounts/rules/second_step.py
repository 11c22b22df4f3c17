"""Who must prove themselves twice, and what is refused until they do."""

from enum import StrEnum

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role, Standing

WATCHED = (Role.APPROVER, Role.FINANCE)


class Way(StrEnum):
    """How somebody came in."""

    PASSWORD = "PASSWORD"  # noqa: S105
    CODE = "CODE"
    RECOVERY = "RECOVERY"
    PASSKEY = "PASSKEY"
    OUTSIDE = "OUTSIDE"


class Outcome(StrEnum):
    """What came of an attempt to come in."""

    WRONG_PASSWORD = "WRONG_PASSWORD"  # noqa: S105
    WAITS = "WAITS"
    WRONG_CODE = "WRONG_CODE"
    DOUBTED = "DOUBTED"
    OPENED = "OPENED"
    CONFIRMED = "CONFIRMED"
    TOKEN = "TOKEN"  # noqa: S105


WAY_WORDS = {
    Way.PASSWORD: N_("密码"),
    Way.CODE: N_("密码和验证码"),
    Way.RECOVERY: N_("密码和恢复码"),
    Way.PASSKEY: N_("通行密钥"),
    Way.OUTSIDE: N_("单位的统一登录"),
}
OUTCOME_WORDS = {
    Outcome.WRONG_PASSWORD: N_("密码不对"),
    Outcome.WAITS: N_("密码对,没有完成第二步"),
    Outcome.WRONG_CODE: N_("验证码不对"),
    Outcome.DOUBTED: N_("通行密钥的计数倒退,可能被复制,已拒绝"),
    Outcome.OPENED: N_("登录成功"),
    Outcome.CONFIRMED: N_("再次确认身份"),
    Outcome.TOKEN: N_("签发接口令牌"),
}


class SecondStepNeeded(Refusal):
    """The county asks this person to prove themselves twice, and nothing is enrolled yet."""

    code = "login.second_step_needed"
    status = 403
    message = N_("您的县要求您登录时用第二步验证。请先在网页上的“我的 · 登录安全”里开通。")


class CodeNeeded(Refusal):
    """The password was right, and this account asks for a code besides."""

    code = "login.code_needed"
    status = 401
    message = N_("这个账号开通了第二步验证,请同时带上验证码(otp)。")


class HalfwayLost(Refusal):
    """Between password and code too much time passed, or the password was changed."""

    code = "login.halfway_lost"
    status = 401
    message = N_("输入密码后过了 10 分钟,请从头登录一次。")


class NotOpen(Refusal):
    """A second step was taken away meanwhile."""

    code = "login.no_second_step"
    message = N_("这个账号还没有开通第二步验证。")


class SecretLost(Refusal):
    """The page of the QR code was too old, or not this person's."""

    code = "login.secret_lost"
    message = N_("这一页过期了。请重新扫一次二维码,再输入验证码。")


class AlreadyOpen(Refusal):
    code = "login.has_authenticator"
    message = N_("验证器已经开通了。要换手机,请先停用现在的,再重新开通。")


def watched_standings(identity: Identity) -> tuple[Standing, ...]:
    """The roles of which a county may ask a second step before others: they decide, pay, or
    officiate."""
    return tuple(
        one
        for one in identity.standings
        if one.kind == OrganisationKind.CENTRE
        or (one.kind == OrganisationKind.UNIT and one.role in WATCHED)
    )
