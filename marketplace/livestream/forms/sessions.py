"""What a host types of a session, its products and its record."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from marketplace.core.clock import SHANGHAI
from marketplace.core.errors import N_
from marketplace.livestream.forms.plans import read_rate
from marketplace.livestream.rules.sessions import (
    MOST_LIMIT,
    MOST_LINK,
    MOST_MINUTES,
    MOST_REASON,
    MOST_SCRIPT,
    MOST_TITLE,
    NOT_A_HASH,
    NOT_HTTPS,
    USUAL_MINUTES,
    OfferWish,
    Recording,
    SessionWish,
    Talk,
)
from marketplace.web.fields import MISSING, Fields

NOT_A_TIME = N_("请填写日期和时间,例如 2026-11-23 20:00。")
_MOMENT = re.compile(r"(20\d{2}-\d{2}-\d{2})[T ](\d{2}:\d{2})", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
# Stands for an hour that could not be read; the field is refused anyway.
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def read_session(values: Mapping[str, str]) -> SessionWish:
    fields = Fields(values)
    wish = SessionWish(
        title=fields.text("title", MOST_TITLE),
        starts_at=_moment(fields, "starts_at"),
        ends_at=_moment(fields, "ends_at"),
    )
    fields.check()
    return wish


def _moment(fields: Fields, name: str) -> datetime:
    """An instant as browsers send it: day and minute in China."""
    typed = unicodedata.normalize("NFKC", fields.values.get(name, "")).strip()
    found = _MOMENT.fullmatch(typed)
    try:
        local = datetime.fromisoformat(f"{found[1]}T{found[2]}") if found else None
    except ValueError:
        local = None
    if local is None:
        fields.refuse(name, NOT_A_TIME if typed else MISSING)
        return _NEVER
    return local.replace(tzinfo=SHANGHAI).astimezone(UTC)


def read_offer(values: Mapping[str, str], product_id: int) -> OfferWish:
    fields = Fields(values)
    wish = OfferWish(product_id, read_rate(fields), _talk(fields))
    fields.check()
    return wish


def read_talk(values: Mapping[str, str]) -> Talk:
    fields = Fields(values)
    talk = _talk(fields)
    fields.check()
    return talk


def _talk(fields: Fields) -> Talk:
    has_limit = fields.values.get("limit_per_person", "").strip()
    return Talk(
        limit_per_person=fields.number("limit_per_person", most=MOST_LIMIT) if has_limit else None,
        minutes=fields.number("minutes", most=MOST_MINUTES, default=USUAL_MINUTES),
        script=fields.text("script", MOST_SCRIPT, required=False),
    )


def read_recording(values: Mapping[str, str]) -> Recording:
    """Where a recording lies and its hash. The address is kept and never opened by us."""
    fields = Fields(values)
    link = fields.text("link", MOST_LINK)
    if link and not _is_https(link):
        fields.refuse("link", NOT_HTTPS)
    sha256 = "".join(unicodedata.normalize("NFKC", fields.text("sha256", 200)).split()).lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        fields.refuse("sha256", NOT_A_HASH)
    fields.check()
    return Recording(link, sha256)


def _is_https(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not any(map(str.isspace, link))


def read_correction(values: Mapping[str, str]) -> tuple[int | None, str]:
    """Which entry is corrected, if a certain one, and what is right."""
    fields = Fields(values)
    is_about_one = values.get("about", "").strip()
    about = fields.number("about") if is_about_one else None
    words = fields.text("words", MOST_REASON)
    fields.check()
    return about, words


def read_seen(values: Mapping[str, str]) -> int:
    """The newest entry that was in sight when the form was opened."""
    typed = values.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
