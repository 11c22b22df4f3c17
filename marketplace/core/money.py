"""Money as whole fen: parsed once, printed once, split without losing a fen."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import NewType, cast

Fen = NewType("Fen", int)

PPM = 1_000_000

_YUAN = re.compile(r"^-?\d{1,13}(\.\d{1,2})?$")
_PERCENT = re.compile(r"^(\d{1,3})(?:\.(\d{1,4}))?$")


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


def format_money(amount_fen: int) -> str:
    """`¥1,234.50`; the minus stands before the sign of the currency, as in any account."""
    return f"{'−' if amount_fen < 0 else ''}¥{format_yuan(abs(amount_fen))}"


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


def parse_percent(text: str) -> int | None:
    """Parts per million of a percentage with at most four decimals, or None; full-width digits
    and the sign are understood."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    found = _PERCENT.match(plain) if plain.isascii() else None
    if found is None:
        return None
    return int(found[1]) * 10_000 + int((found[2] or "0").ljust(4, "0"))


def as_percent(share_ppm: int) -> str:
    """`62.5`, without a sign; nothing is rounded away."""
    whole, rest = divmod(share_ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def short_percent(share_ppm: int) -> str:
    """`62.3%`, rounded down."""
    return f"{share_ppm // 10_000}.{share_ppm // 1000 % 10}%"


def capital_yuan(amount_fen: int) -> str:
    """The amount in capital numerals as papers carry it (大写金额)."""
    # Slow to load, and most processes print no paper.
    from cn2an import an2cn  # type: ignore[import-untyped]

    return cast(str, an2cn(plain_yuan(amount_fen), "rmb"))
