"""What every template may use: money, dates, hashed static files, links that keep the filters."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from babel import Locale
from flask import Flask, current_app, g, request, session, url_for
from flask_babel import Babel, get_locale, get_translations
from flask_babel import format_date as localised_date
from markupsafe import Markup

from marketplace.core import money
from marketplace.core.clock import SHANGHAI, day_of
from marketplace.web.access import find_identity
from marketplace.web.database import now
from marketplace.web.markdown import markdown

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}
# What programs call our languages in `Accept-Language`.
SPOKEN = {"zh": "zh_Hans_CN", "en": "en"}


def choose_locale() -> str:
    """This browser's choice, then what a program asks for, then the person's own, then the
    county's default."""
    identity = find_identity()
    chosen = session.get("locale") or _asked_for() or (identity.locale if identity else None)
    if chosen in LANGUAGES:
        return cast(str, chosen)
    return cast(str, current_app.config["BABEL_DEFAULT_LOCALE"])


def _asked_for() -> str | None:
    """The language a program asks for by header; people choose theirs on a page."""
    if request.path.startswith("/api/"):
        for tag, quality in request.accept_languages:
            if tag == "*":
                break
            language = SPOKEN.get(tag.replace("_", "-").partition("-")[0].lower())
            if language and quality > 0:
                return language
    return None


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def locale_code() -> str:
    """`zh_Hans_CN` or `en`."""
    return "en" if cast(Locale, get_locale()).language == "en" else "zh_Hans_CN"


def day(value: date | datetime | None) -> str:
    """2026年11月23日, or 23 November 2026; an instant is shown as its day in China."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    pattern = "d MMMM y" if locale_code() == "en" else "y年M月d日"
    return cast(str, localised_date(value, pattern))


def moment(value: datetime | None) -> str:
    """The day and the minute in China."""
    if value is None:
        return "—"
    return f"{day(value)} {value.astimezone(SHANGHAI):%H:%M}"


def soon(value: datetime) -> str:
    """The minute where it is today, else the day and the minute, in China."""
    is_today = day_of(value) == day_of(now())
    return f"{value.astimezone(SHANGHAI):%H:%M}" if is_today else moment(value)


def until(end: datetime, start: datetime) -> str:
    """An end as it is said after its start: the minute alone where it is the same day, in China."""
    return f"{end.astimezone(SHANGHAI):%H:%M}" if day_of(end) == day_of(start) else moment(end)


def seconds_left(until: datetime) -> int:
    """Whole seconds from now until a moment; 0 once it has come."""
    return max(0, int((until - now()).total_seconds()))


def grams(weight_g: int) -> str:
    """`500 g`, `2.5 kg`; nothing where weight says nothing."""
    if weight_g == 0:
        return ""
    if weight_g < 1000:
        return f"{weight_g} g"
    whole, rest = divmod(weight_g, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") + " kg"


def percent(share_ppm: int | None) -> str:
    """`62.3%`, rounded down; a dash where there is nothing to compare with."""
    return "—" if share_ppm is None else money.short_percent(share_ppm)


def whole(number: str) -> Markup:
    """A number of ours that no line breaks while it fits into one."""
    return Markup('<span class="number">{}</span>').format(number)


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a static file, changed whenever its content changes."""
    return _asset(cast(str, current_app.static_folder), request.script_root, name)


def photo_url(mark: str, size: str) -> str:
    """The address of a photograph, which is the hash of its content: `card`, `page`, `full`."""
    return f"{request.script_root}/pictures/{mark}/{size}.webp"


@cache
def _asset(folder: str, root: str, name: str) -> str:
    # A page names some seventy files; building each address anew was a quarter of its cost.
    mark = _fingerprint(Path(folder) / name)
    return f"{root}{current_app.static_url_path}/{name}?v={mark}"


def _words() -> Any:
    # Flask-Babel finds the language anew for every word, and a page has a hundred of them.
    if "words" not in g:
        g.words = get_translations()
    return g.words


def _translate(message: str) -> str:
    return cast(str, _words().ugettext(message))


def _translate_as(context: str, message: str) -> str:
    return cast(str, _words().upgettext(context, message))


def url_with(**changes: Any) -> str:
    """This page's address with some query values changed; None takes a value away."""
    return url_for(request.endpoint or "storefront.home", **_asked(changes))


def url_alike(endpoint: str) -> str:
    """The address of what shows the same as this page in another form."""
    return url_for(endpoint, **_asked({}))


def _asked(changes: dict[str, Any]) -> dict[str, Any]:
    values = {**request.args.to_dict(), **(request.view_args or {}), **changes}
    # Names that mean something to url_for itself are nobody's filter.
    own = {key: value for key, value in values.items() if key != "endpoint" and key[:1] != "_"}
    return {key: value for key, value in own.items() if value not in (None, "")}


def _furniture() -> dict[str, Any]:
    return {
        "person": find_identity(),
        "locale": locale_code(),
        "languages": LANGUAGES,
        "demonstration": not current_app.config["SETTINGS"].production,
    }


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=lambda: _locale(choose_locale()))
    many = app.jinja_env.globals["ngettext"]
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _translate, many, newstyle=True, pgettext=_translate_as
    )
    app.jinja_env.globals["ngettext"] = many
    app.context_processor(_furniture)
    app.jinja_env.filters.update(
        markdown=markdown,
        yuan=money.format_yuan,
        as_money=money.format_money,
        capital_yuan=money.capital_yuan,
        day=day,
        moment=moment,
        soon=soon,
        until=until,
        seconds_left=seconds_left,
        grams=grams,
        percent=percent,
        whole=whole,
    )
    app.jinja_env.globals.update(
        asset=asset, photo_url=photo_url, url_with=url_with, url_alike=url_alike
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
