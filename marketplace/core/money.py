"""Money as whole fen: parsed once, printed once, split without losing a fen."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import NewType

Fen = NewType("Fen", int)

PPM = 1_000_000
MAX_FEN = 10**15  # ten thousand billion yuan: far above any sum here, far below BIGINT

_YUAN = re.compile(r"^-?\d{1,13}(\.\d{1,2})?$")


def parse_yuan(text: str) -> Fen:
    """Fen from what a person typed: full-width digits, thousands commas and a ¥ are understood.

    Raises ValueError for anything that is not a plain amount with at most two decimals.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元")
    plain = plain.replace(",", "").strip()
    if not plain.isascii() or not _YUAN.match(plain):
        raise ValueError(text)
    return Fen(int(Decimal(plain) * 100))


def format_yuan(amount_fen: int) -> str:
    """`1,234.50`, with a real minus sign in front where money is owed the other way."""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{'−' if amount_fen < 0 else ''}{yuan:,}.{fen:02d}"


def plain_yuan(amount_fen: int) -> str:
    """`-1234.50`: for CSV, accounting programs and other machines."""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{yuan}.{fen:02d}"


def split(amount_fen: int, weights: Sequence[int]) -> list[Fen]:
    """Parts in proportion to the weights that sum to the whole, by largest remainder.

    Equal remainders go to the earlier weight, so the same input always gives the same parts.
    A part never exceeds its weight when the whole does not exceed their sum: splitting each
    refund over what remains therefore ends exactly at zero, in whatever steps it is made.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError(f"weights must be non-negative with a positive sum: {weights}")
    sign = -1 if amount_fen < 0 else 1
    shares = [divmod(abs(amount_fen) * weight, total) for weight in weights]
    parts = [whole for whole, _ in shares]
    missing = abs(amount_fen) - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda place: -shares[place][1])
    for place in by_remainder[:missing]:
        parts[place] += 1
    assert sum(parts) == abs(amount_fen), (amount_fen, weights, parts)
    return [Fen(sign * part) for part in parts]


def ratio_ppm(part: int, whole: int) -> int | None:
    """Parts per million, rounded down; None where there is no whole to compare with."""
    return None if whole == 0 else part * PPM // whole


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def _capital_group(number: int) -> str:
    """A number of up to four digits, with one 零 wherever digits are left out inside."""
    words = ""
    pending_zero = False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if pending_zero else "") + _DIGITS[digit] + _PLACES[place]
            pending_zero = False
        elif words:
            pending_zero = True
    return words


def capital_yuan(amount_fen: int) -> str:
    """The amount in capital numerals as papers carry it (大写金额)."""
    yuan, fen = divmod(abs(amount_fen), 100)
    words = ""
    for place in (3, 2, 1, 0):
        group = yuan // 10 ** (4 * place) % 10_000
        if group:
            zero = "零" if words and group < 1000 else ""
            words += zero + _capital_group(group) + _GROUPS[place]
    words = (words or ("" if fen else "零")) + ("元" if yuan or not fen else "")
    jiao, cent = divmod(fen, 10)
    tail = (_DIGITS[jiao] + "角" if jiao else ("零" if cent and yuan else "")) + (
        _DIGITS[cent] + "分" if cent else ""
    )
    return ("负" if amount_fen < 0 else "") + words + (tail or "整")
