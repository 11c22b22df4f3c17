"""What a password must be, and the slow hash that is kept of it."""

import unicodedata
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from marketplace.accounts.rules.leaked import is_leaked
from marketplace.accounts.rules.logins import MISSING, STRANGE_CHARACTERS, has_strange_characters
from marketplace.core.errors import N_, invalid

# Printed beside the door of the demonstration, and refused everywhere else.
DEMONSTRATION_PASSWORD = "demo-pass-2026"  # noqa: S105

LEAST = 10
MOST = 256

TOO_SHORT = N_("密码至少 %(least)s 个字,现在有 %(length)s 个。")
TOO_LONG = N_("密码最多 %(most)s 个字,现在有 %(length)s 个。")
TOO_EASY = N_("这个密码太容易被猜到,请换一个,例如几个不相干的词。")
WRONG = N_("密码不对,请再输入一次。")
DIFFERENT = N_("两次输入的密码不一样,请再输入一次。")

# The names of this shop and of its trade, which somebody who guesses here tries first. People
# read them in docs/security/rules.md.
OWN_WORDS = (
    "bangfuji", "bangfu", "fupin", "caigou", "market", "shop", "password", "passwd",
    "mima", "administrator", "admin", "operator", "auditor", "buyer", "yunyang", "shiyan", "hubei",
    "帮扶集", "消费帮扶", "帮扶", "扶贫", "采购", "单位", "供应商", "主播", "密码", "管理员",
    "郧阳", "十堰", "湖北",
)  # fmt: skip
# So many different characters have to be left.
LEAST_OF_ONES_OWN = 4


def normal_password(text: str, field: str = "password") -> str:
    """The password in its normal form, whatever it is. Raises InvalidInput that names the field.

    An input method in full-width mode types other characters for the same keys (NIST
    SP 800-63B asks for this normalisation); blanks are part of a password.
    """
    if len(text) > MOST:
        raise invalid(field, TOO_LONG, most=MOST, length=len(text))
    if has_strange_characters(text):
        raise invalid(field, STRANGE_CHARACTERS)
    if not text:
        raise invalid(field, MISSING)
    return unicodedata.normalize("NFKC", text)


def fit_password(text: str, login: str, field: str = "password") -> str:
    """A password that may be set. Raises InvalidInput that names the field.

    Length is counted in characters as people see them typed, not in bytes: ten Chinese
    characters are ten.
    """
    password = normal_password(text, field)
    if len(text) < LEAST:
        raise invalid(field, TOO_SHORT, least=LEAST, length=len(text))
    plain = password.casefold()
    if login in plain or _of_ones_own(plain) < LEAST_OF_ONES_OWN or is_leaked(plain):
        raise invalid(field, TOO_EASY)
    return password


def _of_ones_own(plain: str) -> int:
    """How many different characters somebody thought of. Where words of this shop are in it, what
    is no letter is what everybody adds to them: bangfu@2026."""
    rest = plain
    for word in OWN_WORDS:
        rest = rest.replace(word, "")
    return len(set(plain) if rest == plain else {one for one in rest if one.isalpha()})


class _Cost:
    """How slow the hash is. Tests make it cheap once; nothing else changes it."""

    hasher = PasswordHasher()
    # The least that OWASP's password storage cheat sheet allows: ten are made at once, while
    # a transaction is open.
    of_marks = (2, 19 * 1024)


def use_cheap_hashes() -> None:
    """For tests, which log in hundreds of times and guard nothing."""
    _Cost.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _Cost.of_marks = (1, 8)
    _dummy_hash.cache_clear()


def hash_password(password: str) -> str:
    """The hash that is kept. Slow by design: call it while no transaction is open."""
    return _Cost.hasher.hash(password)


def slow_mark(code: str, salt: str) -> str:
    """The same for the same code and salt, and slow to try: for secrets of few bits, looked up."""
    time_cost, memory_kib = _Cost.of_marks
    mixed = sha256(salt.encode()).digest()
    return hash_secret_raw(code.encode(), mixed, time_cost, memory_kib, 1, 32, Type.ID).hex()


def fit_and_hash(text: str, login: str, field: str = "password") -> str:
    """The hash of a password that may be set. Raises InvalidInput."""
    return hash_password(fit_password(text, login, field))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the right one. As slow where there is no such person."""
    try:
        _Cost.hasher.verify(password_hash or _dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _dummy_hash() -> str:
    return _Cost.hasher.hash("nobody has this password")
