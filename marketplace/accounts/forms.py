"""What people typed about themselves: who they say they are, and new passwords."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.accounts.commands import Claim, PasswordChange
from marketplace.accounts.commands.joining import Newcomer
from marketplace.accounts.rules.addresses import own_path
from marketplace.accounts.rules.passwords import DIFFERENT
from marketplace.core.errors import N_, invalid
from marketplace.web.fields import Fields

Values = Mapping[str, str]

AGREE_FIRST = N_("请先读一读规则和隐私政策,同意的话打勾。")


@dataclass(frozen=True)
class Visit:
    """From where a form is sent, and whether public passwords are good here."""

    address: str | None
    demonstration: bool
    browser: str = ""


@dataclass(frozen=True)
class LanguageChoice:
    """A language, and the page to be read in it."""

    locale: str
    back: str | None


def read_newcomer(values: Values) -> Newcomer:
    """Who wants an account, and agrees to the rules. Raises InvalidInput."""
    if values.get("agreement") != "1":
        raise invalid("agreement", AGREE_FIRST)
    return Newcomer(values.get("login", ""), values.get("name", ""))


def read_claim(values: Values, visit: Visit) -> Claim:
    """Who someone says they are."""
    return Claim(
        login=values.get("login", ""),
        password=values.get("password", ""),
        address=visit.address,
        demonstration=visit.demonstration,
        browser=visit.browser,
    )


def read_proof(values: Values, login: str, visit: Visit) -> Claim:
    """The password of whoever is logged in, typed once more."""
    password = values.get("password", "")
    return Claim(login, password, visit.address, visit.demonstration, visit.browser)


def read_change(values: Values, login: str, visit: Visit) -> PasswordChange:
    """The old password and the new one, typed twice. Raises InvalidInput."""
    new_password = read_new_password(values)
    typed = values.get("old_password", "")
    old = Claim(login, typed, visit.address, visit.demonstration, visit.browser)
    return PasswordChange(old, new_password)


def read_new_password(values: Values) -> str:
    """A new password, typed twice. Raises InvalidInput where the two differ."""
    new_password = values.get("new_password", "")
    if values.get("new_password_again", "") != new_password:
        raise invalid("new_password_again", DIFFERENT)
    return new_password


def read_language(values: Values, languages: Mapping[str, str]) -> LanguageChoice:
    """A language that the site speaks. Raises InvalidInput."""
    fields = Fields(values)
    locale = fields.choice("locale", languages)
    fields.check()
    return LanguageChoice(locale, own_path(values.get("next")))
