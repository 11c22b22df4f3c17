"""What leaves this machine is encrypted, and the other side proves who it is: judged by settings.

Each function says what is wrong with a setting and what would do; nothing where it will do.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, urlsplit

VERIFIED = "verify-full"
# Of redis-py: what takes the proof away that the server is the one that was named.
UNPROVED = (("ssl_cert_reqs", ("none", "optional")), ("ssl_check_hostname", ("0", "f", "false")))


def is_here(host: str | None) -> bool:
    """Whether this host is the machine itself: what is told there no network carries."""
    if host in (None, "", "localhost") or (host or "").startswith(("/", "@")):
        return True
    try:
        return ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False


def wrong_of_database(url: str, environ: Mapping[str, str]) -> str:
    """Of a PostgreSQL: verified, or a socket or loopback; libpq reads its own variables too."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return ""
    said = parse_qs(parts.query)
    modes = said.get("sslmode") or [environ.get("PGSSLMODE", "")]
    if modes == [VERIFIED]:
        return ""
    hosts = [*said.get("host", []), _host(parts) or ""]
    hosts = [host for host in hosts if host] or [environ.get("PGHOST", "")]
    hosts += said.get("hostaddr", []) or [environ.get("PGHOSTADDR", "")]
    is_elsewhere = "service" in said or "PGSERVICE" in environ
    if not is_elsewhere and all(is_here(host) for one in hosts for host in one.split(",")):
        return ""
    return (
        f"asks another machine and does not prove which: add ?sslmode={VERIFIED}&sslrootcert=… "
        "(deploy/settings.example), or use a socket of this machine: ?host=/var/run/postgresql"
    )


def wrong_of_redis(url: str) -> str:
    parts = urlsplit(url)
    said = parse_qs(parts.query)
    if parts.scheme == "unix" or is_here(_host(parts)):
        return ""
    if parts.scheme != "rediss":
        return "asks another machine in the clear: begin with rediss://, or unix:// on this one"
    for name, values in UNPROVED:
        if any(value.lower() in values for value in said.get(name, [])):
            return f"must not give {name}: the server has to prove who it is"
    return ""


def wrong_of_web(url: str) -> str:
    parts = urlsplit(url)
    host = _host(parts)
    will_do = bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_here(host)))
    return "" if will_do else "must begin with https://"


def wrong_of_scanner(url: str) -> str:
    """clamd knows no encryption."""
    parts = urlsplit(url)
    if parts.scheme == "unix" or is_here(_host(parts)):
        return ""
    return (
        "sends files to another machine in the clear: use ClamAV of this one, "
        "unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310"
    )


def _host(parts: SplitResult) -> str | None:
    try:
        return parts.hostname
    except ValueError:
        return "?"
