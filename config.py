"""Settings, read once from the environment; nonsense is refused by the setting's name."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import encryption

ROOT = Path(__file__).resolve().parent
LOCALES = ("zh_Hans_CN", "en")
SEARCH_ENGINES = ("auto", "tantivy", "whoosh")


class WrongSetting(ValueError):
    """A setting that cannot be used, with its name and what would do."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True)
class Provider:
    """Another house that signs people in for us: OpenID Connect, or WeCom (企业微信)."""

    name: str
    kind: str
    client_id: str
    client_secret: str
    label_zh: str
    label_en: str
    issuer: str = ""
    # The claim of the ID token that says who somebody is there.
    claim: str = "sub"
    # Hosts besides the issuer's own that we may call.
    hosts: tuple[str, ...] = ()
    # Whom it speaks for: people of these organisations, of this county; of any where none is named.
    organisations: tuple[tuple[str, int], ...] = ()
    county_code: str = ""
    # WeCom's own words.
    agent_id: str = ""
    login_base: str = "https://login.work.weixin.qq.com"
    api_base: str = "https://qyapi.weixin.qq.com"


@dataclass(frozen=True)
class Settings:
    """What the marketplace needs to know about the place it runs in."""

    database_url: str
    secret_key: str
    instance: Path
    production: bool = False
    redis_url: str | None = None
    reports_database_url: str | None = None
    stripe_secret_key: str | None = None
    stripe_webhook_secret: str | None = None
    stripe_api_base: str | None = None
    public_url: str = "http://127.0.0.1:8000"
    mail_url: str | None = None
    county_code: str = "420304"
    default_locale: str = "zh_Hans_CN"
    web_concurrency: int = 2
    trusted_proxies: int = 0
    metrics_token: str | None = None
    household_key: str | None = None
    household_key_former: str | None = None
    mark_key: str | None = None
    link_key: str | None = None
    virus_scanner: str | None = None
    search_engine: str = "auto"
    providers: tuple[Provider, ...] = ()
    slow_query_ms: int = 500
    drain_seconds: int = 0
    testing: bool = False

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")


def _number(environ: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise WrongSetting(name, f"must be a whole number from 0 to {most}, not {text!r}")
    return int(text)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name) or "0"
    if text not in ("0", "1"):
        raise WrongSetting(name, f"must be 0 or 1, not {text!r}")
    return text == "1"


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    text = environ.get(name)
    if not text:
        return None
    if urlsplit(text).scheme not in schemes:
        raise WrongSetting(name, f"must begin with one of {', '.join(schemes)}")
    return text


def _database_url(environ: Mapping[str, str], instance: Path) -> str:
    given = environ.get("DATABASE_URL") or f"sqlite:///{instance / 'market.sqlite'}"
    return _as_engine_url(given, "DATABASE_URL")


def _as_engine_url(text: str, name: str) -> str:
    text = text.replace("postgres://", "postgresql://", 1)
    text = text.replace("postgresql://", "postgresql+psycopg://", 1)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting(name, "must begin with sqlite:/// or postgresql://")
    return text


def _reports_url(environ: Mapping[str, str]) -> str | None:
    """A copy of the database that follows it, where long reports are read."""
    given = environ.get("REPORTS_DATABASE_URL")
    return _as_engine_url(given, "REPORTS_DATABASE_URL") if given else None


def _secret_key(environ: Mapping[str, str], instance: Path, production: bool) -> str:
    given = environ.get("SECRET_KEY")
    if given:
        if len(given) < 32:
            raise WrongSetting("SECRET_KEY", "must have at least 32 characters")
        return given
    if production:
        raise WrongSetting("SECRET_KEY", "is required when PRODUCTION=1")
    kept = instance / "secret_key"
    if not kept.exists():
        instance.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(32))
    return kept.read_text().strip()


def _key(environ: Mapping[str, str], name: str) -> str | None:
    given = environ.get(name)
    if given and len(given) < 32:
        raise WrongSetting(name, "must have at least 32 characters")
    return given or None


def _county_code(environ: Mapping[str, str]) -> str:
    text = environ.get("COUNTY_CODE") or "420304"
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        raise WrongSetting("COUNTY_CODE", f"must be six digits, not {text!r}")
    return text


def _locale(environ: Mapping[str, str]) -> str:
    text = environ.get("DEFAULT_LOCALE") or "zh_Hans_CN"
    if text not in LOCALES:
        raise WrongSetting("DEFAULT_LOCALE", f"must be one of {', '.join(LOCALES)}")
    return text


def _search_engine(environ: Mapping[str, str]) -> str:
    text = environ.get("SEARCH_ENGINE") or "auto"
    if text not in SEARCH_ENGINES:
        raise WrongSetting("SEARCH_ENGINE", f"must be one of {', '.join(SEARCH_ENGINES)}")
    return text


PROVIDERS = "OIDC_PROVIDERS"
PROVIDER_KINDS = ("oidc", "wecom")


def _providers(environ: Mapping[str, str]) -> tuple[Provider, ...]:
    """A JSON list, or the path of a file that holds one: secrets need not stand in environments."""
    given = (environ.get(PROVIDERS) or "").strip()
    if not given:
        return ()
    try:
        read = json.loads(given if given.startswith("[") else Path(given).read_text())
        found = tuple(_provider(one) for one in read)
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as wrong:
        raise WrongSetting(PROVIDERS, f"must be a JSON list, or a file of one: {wrong}") from None
    if len({one.name for one in found}) < len(found):
        raise WrongSetting(PROVIDERS, "must not name two alike")
    return found


def _provider(given: dict[str, Any]) -> Provider:
    values = dict(given)
    label = values.pop("label")
    organisations = tuple(
        (str(one["kind"]), int(one["id"])) for one in values.pop("organisations", [])
    )
    hosts = tuple(str(host) for host in values.pop("hosts", []))
    made = Provider(
        **values,
        label_zh=label["zh"],
        label_en=label["en"],
        organisations=organisations,
        hosts=hosts,
    )
    if not re.fullmatch(r"[a-z0-9-]{1,40}", made.name):
        raise ValueError(f"name {made.name!r} must be small letters, digits and hyphens")
    if made.kind not in PROVIDER_KINDS:
        raise ValueError(f"kind of {made.name!r} must be one of {', '.join(PROVIDER_KINDS)}")
    for base in (made.issuer,) if made.kind == "oidc" else (made.login_base, made.api_base):
        if wrong := encryption.wrong_of_web(base):
            raise ValueError(f"{base!r} of {made.name!r} {wrong}")
    if not (made.client_id and made.client_secret):
        raise ValueError(f"{made.name!r} needs client_id and client_secret")
    return made


def _with_credentials(environ: Mapping[str, str]) -> Mapping[str, str]:
    """What systemd decrypted for this service alone, each in a file of the setting's name: secrets
    need stand neither in an environment, which children inherit, nor in a file in the clear."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return environ
    found = {
        path.name: path.read_text().strip()
        for path in Path(folder).iterdir()
        if re.fullmatch(r"[A-Z_]+", path.name)
    }
    return {**environ, **found}


def _refuse_examples(environ: Mapping[str, str]) -> None:
    """What stands in deploy/settings.example is known to everybody."""
    if environ.get("PRODUCTION") != "1":
        return
    for name in Settings.__dataclass_fields__:
        if "change-me" in environ.get(name.upper(), ""):
            raise WrongSetting(
                name.upper(), "is still the one of the example; make one of your own"
            )


def _refuse_open_lines(settings: Settings, environ: Mapping[str, str]) -> None:
    """In production nothing goes to another machine in the clear, or to whoever answers there."""
    database, reports = settings.database_url, settings.reports_database_url
    wrong = {
        "DATABASE_URL": encryption.wrong_of_database(database, environ),
        "REPORTS_DATABASE_URL": reports and encryption.wrong_of_database(reports, environ),
        "REDIS_URL": settings.redis_url and encryption.wrong_of_redis(settings.redis_url),
        "VIRUS_SCANNER": settings.virus_scanner
        and encryption.wrong_of_scanner(settings.virus_scanner),
        "STRIPE_API_BASE": settings.stripe_api_base
        and encryption.wrong_of_web(settings.stripe_api_base),
        "PUBLIC_URL": encryption.wrong_of_web(settings.public_url),
    }
    for name, why in wrong.items():
        if settings.production and why:
            raise WrongSetting(name, why)


def read(environ: Mapping[str, str]) -> Settings:
    """The settings of this environment. Raises WrongSetting with the name of a wrong one."""
    environ = _with_credentials(environ)
    _refuse_examples(environ)
    settings = _read(environ)
    _refuse_open_lines(settings, environ)
    return settings


def _read(environ: Mapping[str, str]) -> Settings:
    instance = Path(environ.get("INSTANCE") or ROOT / "instance").absolute()
    production = _flag(environ, "PRODUCTION")
    return Settings(
        database_url=_database_url(environ, instance),
        secret_key=_secret_key(environ, instance, production),
        instance=instance,
        production=production,
        reports_database_url=_reports_url(environ),
        redis_url=_url(environ, "REDIS_URL", ("redis", "rediss", "unix")),
        stripe_secret_key=environ.get("STRIPE_SECRET_KEY") or None,
        stripe_webhook_secret=environ.get("STRIPE_WEBHOOK_SECRET") or None,
        stripe_api_base=_url(environ, "STRIPE_API_BASE", ("http", "https")),
        public_url=_url(environ, "PUBLIC_URL", ("http", "https")) or "http://127.0.0.1:8000",
        mail_url=_url(environ, "MAIL_URL", ("smtp", "smtps")),
        county_code=_county_code(environ),
        default_locale=_locale(environ),
        web_concurrency=_number(environ, "WEB_CONCURRENCY", 2, 64) or 1,
        trusted_proxies=_number(environ, "TRUSTED_PROXIES", 0, 8),
        metrics_token=environ.get("METRICS_TOKEN") or None,
        household_key=_key(environ, "HOUSEHOLD_KEY"),
        household_key_former=_key(environ, "HOUSEHOLD_KEY_FORMER"),
        mark_key=_key(environ, "MARK_KEY"),
        link_key=_key(environ, "LINK_KEY"),
        virus_scanner=_url(environ, "VIRUS_SCANNER", ("tcp", "unix")),
        search_engine=_search_engine(environ),
        providers=_providers(environ),
        slow_query_ms=_number(environ, "SLOW_QUERY_MS", 500, 600_000),
        drain_seconds=_number(environ, "DRAIN_SECONDS", 0, 15),
    )
