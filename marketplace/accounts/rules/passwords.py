"""What a password must be, and the slow hash that is kept of it."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

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

# Those of ten characters and more that every list of guesses begins with.
COMMON = frozenset(
    {
        "0123456789", "1029384756", "1122334455", "1234512345", "12345678910", "123456789a",
        "1234567890", "1234567891", "1357924680", "1q2w3e4r5t", "1qaz2wsx3edc", "9876543210",
        "a123456789", "aa12345678", "abc1234567", "abcd123456", "abcdefghij", "administrator",
        "password01", "password12", "password123", "password1234", "q1w2e3r4t5", "qwerty12345",
        "qwerty123456", "qwertyuiop", "qwe123456789", "woaini1314520", "zxcvbnm123",
    }
)  # fmt: skip


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
    if plain in COMMON or len(set(plain)) < 4 or login in plain:
        raise invalid(field, TOO_EASY)
    return password


class _Cost:
    """How slow the hash is. Tests make it cheap once; nothing else changes it."""

    hasher = PasswordHasher()


def use_cheap_hashes() -> None:
    """For tests, which log in hundreds of times and guard nothing."""
    _Cost.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _dummy_hash.cache_clear()


def hash_password(password: str) -> str:
    """The hash that is kept. Slow by design: call it while no transaction is open."""
    return _Cost.hasher.hash(password)


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
