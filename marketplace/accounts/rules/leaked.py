"""Passwords that were stolen elsewhere, which every list of guesses begins with.

`marketplace/accounts/data/leaked_passwords.bin` holds the 112,130 of ten characters and more among
the million most frequent of the ten million that Mark Burnett gave into the public domain, each as
the first five bytes of the SHA-256 of its small letters, in order: nobody has to read them, and one
in ten million others is taken for one of them.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "data" / "leaked_passwords.bin"
MARK_BYTES = 5


@cache
def _marks() -> bytes:
    return FILE.read_bytes()


def is_leaked(plain: str) -> bool:
    """Whether a password in small letters is in everybody's list."""
    mark, marks = sha256(plain.encode()).digest()[:MARK_BYTES], _marks()
    low, high = 0, len(marks) // MARK_BYTES
    while low < high:
        middle = (low + high) // 2
        here = marks[middle * MARK_BYTES : (middle + 1) * MARK_BYTES]
        if here == mark:
            return True
        low, high = (middle + 1, high) if here < mark else (low, middle)
    return False
