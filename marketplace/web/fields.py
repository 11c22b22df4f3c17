"""What people typed, read field by field; everything that is wrong is named at once."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from marketplace.core.errors import N_, FieldError, InvalidInput
from marketplace.core.money import PPM, Fen, as_percent, parse_percent, parse_yuan
from marketplace.core.paging import PageRequest

MAX_ID = 2**63 - 1

MISSING = N_("请填写这一项。")
TOO_LONG = N_("最多 %(most)s 个字,现在有 %(length)s 个。")
STRANGE_CHARACTERS = N_("里面有不能保存的控制字符,请重新输入。")
NOT_WHOLE = N_("请填写整数,例如 3。")
OUT_OF_RANGE = N_("请填写 %(least)s 到 %(most)s 之间的整数。")
NOT_AN_AMOUNT = N_("请填写金额,例如 1234.50,最多两位小数。")
AMOUNT_OUT_OF_RANGE = N_("金额不能是负数或零,也不能超过 1 亿元。")
AMOUNT_BELOW_ZERO = N_("金额不能是负数,也不能超过 1 亿元。")
NOT_A_PERCENTAGE = N_("请填写百分数,例如 12.5,最多两位小数。")
PERCENTAGE_OUT_OF_RANGE = N_("请填写 %(least)s 到 %(most)s 之间的百分数。")
NOT_A_DAY = N_("请填写日期,例如 2026-11-23。")
DAY_OUT_OF_RANGE = N_("请填写 2000 年到 2099 年之间的日期。")
NOT_AN_OPTION = N_("请从给出的选项中选择一项。")

MOST_TYPED_FEN = 10_000_000_000
# Longer than any name that is looked for.
MOST_SEARCHED = 60
# A hundredth of a percent.
HUNDREDTH_PPM = 100


class Fields:
    """The fields of a form. Each reader returns a usable value; `check` then raises, if it must."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.errors: list[FieldError] = []

    def refuse(self, name: str, message: str, **params: Any) -> None:
        """Notes what is wrong with a field."""
        self.errors.append(FieldError(name, message, tuple(params.items())))

    def check(self) -> None:
        """Raises InvalidInput with everything noted so far."""
        if self.errors:
            raise InvalidInput(*self.errors)

    def text(self, name: str, most: int, *, required: bool = True) -> str:
        """Words of at most so many characters, without blanks around them."""
        typed = self.values.get(name, "").replace("\r\n", "\n").strip()
        if len(typed) > most:
            self.refuse(name, TOO_LONG, most=most, length=len(typed))
        elif any(_is_control(character) for character in typed):
            self.refuse(name, STRANGE_CHARACTERS)
        elif required and not typed:
            self.refuse(name, MISSING)
        return typed

    def number(self, name: str, *, least: int = 1, most: int = MAX_ID, default: int = 0) -> int:
        """A whole number, full-width digits too. An empty field is the default, if any."""
        typed = unicodedata.normalize("NFKC", self.values.get(name, "")).strip()
        if not typed:
            if default < least:
                self.refuse(name, MISSING)
            return default
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 19):
            self.refuse(name, NOT_WHOLE)
            return least
        if not least <= int(typed) <= most:
            self.refuse(name, OUT_OF_RANGE, least=least, most=most)
            return least
        return int(typed)

    def count(self, name: str, *, most: int) -> int:
        """A whole number that may be zero; an empty field is zero."""
        return self.number(name, least=0, most=most)

    def yuan(self, name: str, *, least_fen: int = 1) -> Fen:
        """An amount typed in yuan; nothing below one fen unless zero makes sense."""
        typed = self.values.get(name, "")
        try:
            amount_fen = parse_yuan(typed)
        except ValueError:
            self.refuse(name, NOT_AN_AMOUNT if typed.strip() else MISSING)
            return Fen(0)
        if not least_fen <= amount_fen <= MOST_TYPED_FEN:
            self.refuse(name, AMOUNT_OUT_OF_RANGE if least_fen > 0 else AMOUNT_BELOW_ZERO)
        return amount_fen

    def percent(self, name: str, *, least_ppm: int = 0, most_ppm: int = PPM) -> int:
        """Parts per million of a percentage typed with at most two decimals."""
        typed = self.values.get(name, "")
        ppm = parse_percent(typed)
        if ppm is None or ppm % HUNDREDTH_PPM:
            self.refuse(name, NOT_A_PERCENTAGE if typed.strip() else MISSING)
            return least_ppm
        if not least_ppm <= ppm <= most_ppm:
            least, most = as_percent(least_ppm), as_percent(most_ppm)
            self.refuse(name, PERCENTAGE_OUT_OF_RANGE, least=least, most=most)
        return ppm

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A day as browsers send it, or typed the same way, in a century in which no sum of days
        overflows."""
        typed = unicodedata.normalize("NFKC", self.values.get(name, "")).strip()
        if not typed and not required:
            return None
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            self.refuse(name, NOT_A_DAY if typed else MISSING)
            return None
        if not 2000 <= day.year < 2100:
            self.refuse(name, DAY_OUT_OF_RANGE)
            return None
        return day

    def choice(self, name: str, options: Collection[str]) -> str:
        """One of the options."""
        typed = self.values.get(name, "")
        if typed not in options:
            self.refuse(name, NOT_AN_OPTION if typed else MISSING)
        return typed


def _is_control(character: str) -> bool:
    # Cc: control characters, NUL among them; Cs: halves of characters that no database takes.
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs")


def read_page(values: Mapping[str, str], name: str = "page") -> PageRequest:
    """The page of a list asked for in an address; what is no number is the first page. Two lists
    beside each other have names of their own."""
    typed = values.get(name, "")
    return PageRequest.of(
        int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 1
    )


def read_search(values: Mapping[str, str], name: str = "q") -> str:
    """Part of a name that is looked for, without what no name holds."""
    plain = "".join(c for c in values.get(name, "") if c.isprintable() or c.isspace())
    return " ".join(plain.split())[:MOST_SEARCHED]
