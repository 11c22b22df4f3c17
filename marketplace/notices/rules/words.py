"""A notice in the reader's language, and the letters that carry it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from marketplace.core.errors import N_
from marketplace.core.money import format_yuan
from marketplace.notices.rules.kinds import kind_of
from marketplace.translations.reading import translator

CHINESE, ENGLISH = "zh_Hans_CN", "en"
# A mail is read on any device: whoever has chosen no language gets both.
BOTH = (CHINESE, ENGLISH)
LONGEST_SUBJECT = 200
MOST_LINES = 100
FOOT = "帮扶集 Bangfu Market"

SEE = N_("查看:%(link)s")
CHANGE = N_("哪些要发邮件、什么时候不打扰,可以在这里设置:%(link)s")
# What a purchase or an order is about, beside its number; older notices do not know it.
GOODS = N_("%(goods)s,共 %(kinds)s 种商品,%(total_fen)s 元")
DIGEST = N_("帮扶集摘要:%(number)s 条消息")
MORE = N_("还有 %(number)s 条,请到站内查看:%(link)s")


@dataclass(frozen=True)
class Line:
    """A notice as a letter tells it."""

    kind: str
    params: Mapping[str, Any]
    address: str


class _Blanks(dict[str, Any]):
    """What fills the words; a blank that an older notice does not know stays open."""

    def __missing__(self, _key: str) -> str:
        return "—"


def in_language(words: str, params: Mapping[str, Any], locale: str) -> str:
    """Words in a language, filled in."""
    shown = _Blanks((key, _shown(key, value, locale)) for key, value in params.items())
    return (translator(locale)(words) % shown).strip()


def _shown(key: str, value: Any, locale: str) -> Any:
    if key.endswith("_fen"):
        return format_yuan(int(value))
    if key.endswith("_on"):
        pattern = "d MMMM y" if locale == ENGLISH else "y年M月d日"
        return format_date(date.fromisoformat(value), pattern, locale=locale)
    return value


def title_of(kind: str, params: Mapping[str, Any], locale: str) -> str:
    """A notice in one line."""
    return in_language(kind_of(kind).words, params, locale)


def goods_of(params: Mapping[str, Any], locale: str) -> str:
    """For whom, which goods and which sum; empty where a notice does not say."""
    if "goods" not in params:
        return ""
    told = in_language(GOODS, params, locale)
    return f"{params['unit']} · {told}" if params["unit"] else told


def languages_of(locale: str | None) -> Sequence[str]:
    return (locale,) if locale in BOTH else BOTH


def letter_of(line: Line, locale: str | None, home: str) -> tuple[str, str]:
    """(subject, body) of a letter about one notice."""
    subject = _title(line, locale)
    parts = [
        subject,
        *_goods(line, locale),
        _say(SEE, locale, link=home + line.address),
        _settings(locale, home),
        FOOT,
    ]
    return _one_line(subject), "\n\n".join(parts)


def digest_of(lines: Sequence[Line], locale: str | None, home: str) -> tuple[str, str]:
    """(subject, body) of a letter about several notices, each of them once."""
    subject = _in_each(locale, lambda one: in_language(DIGEST, {"number": len(lines)}, one))
    told = [
        "\n  ".join((f"· {_title(line, locale)}", *_goods(line, locale), home + line.address))
        for line in lines[:MOST_LINES]
    ]
    if len(lines) > MOST_LINES:
        left = len(lines) - MOST_LINES
        told.append(_say(MORE, locale, number=left, link=f"{home}/me/notices"))
    return _one_line(subject), "\n\n".join((*told, _settings(locale, home), FOOT))


def _title(line: Line, locale: str | None) -> str:
    return _in_each(locale, lambda one: title_of(line.kind, line.params, one))


def _goods(line: Line, locale: str | None) -> list[str]:
    told = (goods_of(line.params, one) for one in languages_of(locale))
    return [one for one in told if one]


def _settings(locale: str | None, home: str) -> str:
    return _say(CHANGE, locale, link=f"{home}/me/notices/settings")


def _say(words: str, locale: str | None, **params: Any) -> str:
    return "\n".join(in_language(words, params, one) for one in languages_of(locale))


def _in_each(locale: str | None, write: Callable[[str], str]) -> str:
    return " · ".join(write(one) for one in languages_of(locale))


def _one_line(text: str) -> str:
    """A subject: no line breaks, and no longer than the register of letters takes."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"
