"""Codes of the second step: six digits of a phone, or a word of paper that is good once."""

import secrets
import unicodedata
from base64 import b32decode, b32encode
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from marketplace.core.errors import N_, Refusal, invalid

DIGITS = 6
STEP_S = 30
# Clocks of phones go a little wrong (RFC 6238, 5.2).
STEPS_BESIDE = (-1, 0, 1)
SECRET_BYTES = 20
MOST_TYPED = 40

RECOVERY_CODES = 10
# Without letters that are taken for digits on paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_LETTERS = 10

NOT_A_CODE = N_("请输入验证器上的 6 位数字,或一个 10 位的恢复码。")
MISSING = N_("请输入验证码。")


class WrongCode(Refusal):
    """The code is wrong, too old or was used; nobody is told which."""

    code = "login.code_wrong"
    status = 401
    message = N_("验证码不对,或已经用过。请等验证器显示下一个,再输入一次。")


def new_secret() -> str:
    """A secret as phones take it when it is typed."""
    return b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def in_groups(secret: str) -> str:
    """Four letters at a time, for whoever types them."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def address_of(secret: str, login: str, house: str) -> str:
    """What the QR code says (the key URI format that all authenticators read)."""
    return f"otpauth://totp/{quote(house)}:{quote(login)}?secret={secret}&issuer={quote(house)}"


def code_at(secret: str, step: int) -> str:
    """The code of one half minute since 1970."""
    # Phones know SHA-1 and nothing else; as an HMAC it is as good as it was (RFC 6238, 1.2).
    made = HOTP(b32decode(secret), DIGITS, SHA1(), enforce_key_length=False)  # noqa: S303
    return made.generate(step).decode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """To which half minute a code belongs; None where to none of those around now."""
    here = int(now.timestamp()) // STEP_S
    found = [
        here + beside
        for beside in STEPS_BESIDE
        if secrets.compare_digest(code_at(secret, here + beside), code)
    ]
    return max(found, default=None)


def normal_code(text: str, field: str = "code") -> str:
    """A code as it was meant: full-width digits, blanks and hyphens do not matter. Raises
    InvalidInput that names the field."""
    if len(text) > MOST_TYPED:
        raise invalid(field, NOT_A_CODE)
    plain = unicodedata.normalize("NFKC", text).casefold()
    code = "".join(one for one in plain if not one.isspace() and one not in "-‐–—")
    if not code:
        raise invalid(field, MISSING)
    if not (is_of_phone(code) or is_of_paper(code)):
        raise invalid(field, NOT_A_CODE)
    return code


def is_of_phone(code: str) -> bool:
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def is_of_paper(code: str) -> bool:
    return len(code) == RECOVERY_LETTERS and all(letter in ALPHABET for letter in code)


def new_recovery_codes() -> list[str]:
    """Ten codes of fifty bits each."""
    return [
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LETTERS))
        for _ in range(RECOVERY_CODES)
    ]


def on_paper(code: str) -> str:
    """abcde-fghjk."""
    half = RECOVERY_LETTERS // 2
    return f"{code[:half]}-{code[half:]}"
