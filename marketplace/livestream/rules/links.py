"""Short links: a code nobody can guess or make up, and what a browser remembers of a click."""

import hmac
from dataclasses import dataclass

from marketplace.core.ids import ALPHABET

BODY, SIGN = 8, 4
# What a browser remembers, the latest last: enough for a week of evenings.
MOST_TOUCHES = 20


@dataclass(frozen=True)
class Followed:
    """A link that a browser followed, by the second."""

    link_id: int
    second: int


def signature_of(body: str, key: str) -> str:
    """Four characters that only who knows the key can put behind a code."""
    digest = hmac.digest(key.encode(), f"link:{body}".encode(), "sha256")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:SIGN])


def sign(body: str, key: str) -> str:
    return body + signature_of(body, key)


def is_signed(code: str, key: str) -> bool:
    """Whether we made this code: asked before anything is looked up."""
    if len(code) != BODY + SIGN or not code.isascii():
        return False
    return hmac.compare_digest(code[BODY:], signature_of(code[:BODY], key))
