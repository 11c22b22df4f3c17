"""Which roles of the centre nobody holds together: who asks, who decides, who checks, who works."""

from collections.abc import Collection

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import OrganisationKind, Role

# Looking after people, deciding about them, and checking both are three people's work, and none
# of theirs is the daily business.
APART = (Role.SYSTEM, Role.SECURITY, Role.AUDITOR)


class DutiesApart(Refusal):
    """One person would watch over themselves."""

    code = "role.duties_apart"
    message = N_(
        "系统管理员、安全管理员、审计三个角色要由三个人担任,也不能兼任运营、认定、收付。"
        "请换一个人,或先结束对方现在的角色。"
    )


def require_apart(kind: str, role: str, held: Collection[str]) -> None:
    """Raises DutiesApart where this role does not go with those that are held in the centre."""
    others = set(held) - {role}
    if kind == OrganisationKind.CENTRE and others and ({role} | others) & set(APART):
        raise DutiesApart
