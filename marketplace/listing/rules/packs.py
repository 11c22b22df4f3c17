"""What a pack weighs, as people write it: 500克/袋, 2.5公斤, 5斤, 250g×12盒, 1箱."""

import re
import unicodedata
from decimal import Decimal

GRAMS_OF = {
    "克": 1,
    "g": 1,
    "公斤": 1000,
    "千克": 1000,
    "kg": 1000,
    "斤": 500,
    "市斤": 500,
    "两": 50,
}
# Words for things that are counted: what they weigh, they do not say.
COUNTED = "盒箱袋包瓶罐桶件只双枚个套提捆把条支块筐"
_WEIGHT = re.compile(r"(?P<number>\d{1,9}(?:\.\d{1,4})?)\s*(?P<unit>公斤|千克|市斤|kg|斤|两|克|g)")
_TIMES_AFTER = re.compile(rf"^\s*(?:/?[{COUNTED}]\s*)?[×x*]\s*(\d{{1,5}})")
_TIMES_BEFORE = re.compile(rf"(\d{{1,5}})\s*(?:[{COUNTED}]\s*)?[×x*]\s*$")
_COUNT = re.compile(rf"^(?:\d{{1,5}}\s*)?[{COUNTED}](?:装)?$|^\d{{1,5}}\s*[{COUNTED}]")


def grams_of(text: str) -> int | None:
    """Grams of a pack; 0 where it is counted and not weighed; None where nothing is understood."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    found = _WEIGHT.search(plain)
    if found is None:
        return 0 if _COUNT.search(plain) else None
    grams = Decimal(found["number"]) * GRAMS_OF[found["unit"]] * _times(plain, found)
    return int(grams) if grams == grams.to_integral_value() else None


def _times(plain: str, found: re.Match[str]) -> int:
    """250g×12盒 and 12盒×250g weigh the same."""
    after = _TIMES_AFTER.search(plain[found.end() :])
    before = _TIMES_BEFORE.search(plain[: found.start()])
    times = after or before
    return int(times[1]) if times else 1


def weight_typed(text: str) -> int | None:
    """Grams typed into a field of their own: a bare number means grams, nothing means that weight
    says nothing. None where it is not understood."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return 0
    if plain.isascii() and plain.isdigit():
        return int(plain) if len(plain) < 10 else None
    return grams_of(plain)
