"""One form for what looks or means the same: width, capitals, old characters, weights."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

LONGEST_QUERY = 100

# Chinese characters, radicals and the rare ones beyond the first plane.
HAN = "\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PIECES = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+")
_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九十")} | {"两": 2}
_AMOUNT = re.compile(
    r"(?P<number>\d{1,6}(?:\.\d{1,3})?|[一二两三四五六七八九十半])\s*"
    r"(?:(?P<weight>公斤|千克|kg|市斤|斤|两|克|g)|(?P<volume>毫升|ml|公升|升|l))(?![a-z])"
)
# In thousandths of a gram or of a millilitre, so that 1.5 斤 stays whole.
_UNITS = {
    **dict.fromkeys(("公斤", "千克", "kg"), 1_000_000),
    **dict.fromkeys(("市斤", "斤"), 500_000),
    "两": 50_000,
    **dict.fromkeys(("克", "g"), 1_000),
    **dict.fromkeys(("公升", "升", "l"), 1_000_000),
    **dict.fromkeys(("毫升", "ml"), 1_000),
}


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def fold(text: str) -> str:
    """Half width, small letters, simplified characters; invisible marks become blanks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in plain)
    return str(_simplifier().convert(visible))


def clip(typed: str) -> tuple[str, bool]:
    """The words typed, folded and bounded, and whether some of them had to be left out."""
    folded = " ".join(fold(typed[: 4 * LONGEST_QUERY]).split())
    is_cut = len(folded) > LONGEST_QUERY or len(typed) > 4 * LONGEST_QUERY
    return folded[:LONGEST_QUERY].strip(), is_cut


def pieces_of(folded: str) -> list[tuple[str, bool]]:
    """Runs of Chinese characters, and words of letters and digits; True marks the Chinese."""
    return [(match[0], match["han"] is not None) for match in _PIECES.finditer(folded)]


def amounts_of(folded: str) -> list[str]:
    """The weights and volumes named, in grams and millilitres: 1斤 and 500克 are both 500g."""
    return [amount for match in _AMOUNT.finditer(folded) if (amount := _amount(match))]


def without_amounts(folded: str) -> str:
    """The text with the weights and volumes taken out."""
    return _AMOUNT.sub(lambda match: " " if _amount(match) else match[0], folded)


def gram_word(grams: int) -> str:
    return f"{grams}g"


def _amount(match: re.Match[str]) -> str | None:
    unit = match["weight"] or match["volume"]
    thousandths = _thousandths(match["number"]) * _UNITS[unit] // 1000
    whole, rest = divmod(thousandths, 1000)
    # An amount that is no whole gram or millilitre is left as it was written.
    if rest or not whole:
        return None
    return gram_word(whole) if match["weight"] else f"{whole}ml"


def _thousandths(number: str) -> int:
    if number == "半":
        return 500
    if number in _NUMERALS:
        return _NUMERALS[number] * 1000
    whole, _, fraction = number.partition(".")
    return int(whole) * 1000 + int(fraction.ljust(3, "0") or 0)
