"""Logins and names as people type them, and as they are kept."""

import unicodedata

from marketplace.core.errors import N_, invalid
from marketplace.core.identity import ROLES_OF, OrganisationKind, Role

MOST_LOGIN = 120
MOST_NAME = 60
DEMONSTRATION = "@demo"

MISSING = N_("请填写这一项。")
TOO_LONG = N_("最多 %(most)s 个字,现在有 %(length)s 个。")
STRANGE_CHARACTERS = N_("里面有不能保存的控制字符,请重新输入。")
NO_BLANKS = N_("登录名里不能有空格。")
WRONG_ROLE = N_("这个机构没有这个角色,请重新选择。")


def has_strange_characters(text: str) -> bool:
    """Control characters (NUL among them), and halves of characters, which no database takes."""
    return any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


def normal_text(text: str, field: str, most: int) -> str:
    """The text in its normal form. Raises InvalidInput that names the field."""
    # Length first: normalising megabytes would be work for nothing.
    if len(text) > most:
        raise invalid(field, TOO_LONG, most=most, length=len(text))
    if has_strange_characters(text):
        raise invalid(field, STRANGE_CHARACTERS)
    normal = unicodedata.normalize("NFKC", text).strip()
    if not normal:
        raise invalid(field, MISSING)
    if len(normal) > most:
        raise invalid(field, TOO_LONG, most=most, length=len(normal))
    return normal


def normal_login(text: str, field: str = "login") -> str:
    """The one form of a login: Ｂｕｙｅｒ＠ｄｅｍｏ, typed full-width, is buyer@demo."""
    login = normal_text(normal_text(text, field, MOST_LOGIN).casefold(), field, MOST_LOGIN)
    if any(character.isspace() for character in login):
        raise invalid(field, NO_BLANKS)
    return login


def normal_name(text: str, field: str = "name") -> str:
    return normal_text(text, field, MOST_NAME)


def is_demonstration(login: str) -> bool:
    """Whether everybody knows its password."""
    return login.endswith(DEMONSTRATION)


def can_be_written_to(login: str) -> bool:
    """Whether a login is a mail address, so that a letter can reach its person."""
    local, _, domain = login.partition("@")
    return bool(local) and "." in domain.strip(".") and not is_demonstration(login)


def check_role(kind: str, role: str) -> None:
    """Raises InvalidInput where an organisation of this kind has no such role."""
    if kind not in list(OrganisationKind):
        raise invalid("organisation_kind", WRONG_ROLE)
    if role not in ROLES_OF[OrganisationKind(kind)]:
        raise invalid("role", WRONG_ROLE)


ROLE_WORDS: dict[str, str] = {
    Role.BUYER: N_("经办"),
    Role.APPROVER: N_("审批"),
    Role.FINANCE: N_("财务"),
    Role.ADMIN: N_("管理员"),
    Role.STAFF: N_("职工"),
    Role.CLERK: N_("业务员"),
    Role.HOST: N_("主播"),
    Role.OPERATOR: N_("运营"),
    Role.CERTIFIER: N_("认定"),
    Role.CASHIER: N_("收付"),
    Role.AUDITOR: N_("审计"),
    Role.SYSTEM: N_("系统管理员"),
    Role.SECURITY: N_("安全管理员"),
}

KIND_WORDS: dict[str, str] = {
    OrganisationKind.UNIT: N_("预算单位"),
    OrganisationKind.PRODUCER: N_("供应商"),
    OrganisationKind.HOST: N_("主播"),
    OrganisationKind.AGENCY: N_("经纪机构"),
    OrganisationKind.CENTRE: N_("运营中心"),
    OrganisationKind.CONTRACTOR: N_("食堂承包企业"),
}
