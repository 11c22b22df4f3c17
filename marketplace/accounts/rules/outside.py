"""Other houses that sign people in: for whom they may speak, and what is refused."""

from collections.abc import Sequence

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity


class NotLinked(Refusal):
    """Being known elsewhere opens nothing here."""

    code = "login.outside_not_linked"
    status = 403
    message = N_(
        "您在单位的账号还没有和这里的账号关联。请先用登录名和密码登录,"
        "在“我的 · 登录安全”里关联一次;还没有账号的,请联系运营中心。"
    )


class LinkedElsewhere(Refusal):
    code = "login.outside_taken"
    message = N_("单位的这个账号已经和别的账号关联,或您已关联了另一个。请先解除再试。")


class NotTheirs(Refusal):
    """A house vouches for its own people only."""

    code = "login.outside_not_theirs"
    status = 403
    message = N_("这个统一登录只供它所属单位的人员使用。请用登录名和密码登录。")


def speaks_for(
    organisations: Sequence[tuple[str, int]], county_code: str, identity: Identity, county: str
) -> bool:
    """Whether a house may sign this person in: as one of its organisation, or of its county."""
    if not organisations and not county_code:
        return True
    is_member = any(identity.has_role(kind, number) for kind, number in organisations)
    return is_member or bool(county_code and county == county_code)
