"""Numbers people read aloud, type and print: no look-alike letters, and a check character."""

import unicodedata
from random import SystemRandom

# Digits and capitals without the ones that are misread: I, L, O, U and Z. Their number, 31,
# is a prime, which is what lets the check character below keep its promise.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2"})
# What a column of ids holds in any case; no row of ours has more.
MOST_DIGITS = 18

_system = SystemRandom()


def check_character(body: str) -> str:
    """One character that catches every single slip and every swap of neighbours."""
    total = 0
    for character in body:
        total = (total * 2 + ALPHABET.index(character)) % 31
    return ALPHABET[total]


def new_code(length: int = 8) -> str:
    """A random code of the given length, the last character being its check."""
    body = "".join(_system.choices(ALPHABET, k=length - 1))
    return body + check_character(body)


def plain_code(text: str) -> str:
    """A code as it was meant: capitals, without strokes, look-alikes for what they stand for."""
    return text.strip().upper().replace("-", "").replace(" ", "").translate(_READ_AS)


def read_code(text: str) -> str | None:
    """The code a person meant, or None where its check does not hold."""
    plain = plain_code(text)
    if len(plain) < 2 or any(character not in ALPHABET for character in plain):
        return None
    return plain if check_character(plain[:-1]) == plain[-1] else None


def number_of(typed: str) -> int | None:
    """The number that typed digits stand for, where any row could have it; full-width digits too,
    as forms take them."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not (plain.isascii() and plain.isdigit()):
        return None
    digits = plain.lstrip("0")
    return int(digits or 0) if len(digits) <= MOST_DIGITS else None
