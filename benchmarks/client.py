"""Load: wrk where there is one, else a small client with kept connections."""

import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

CONNECTIONS = 8
# A session belongs to one browser, so all our clients are the same one.
AGENT = "bangfu-benchmarks"
_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """What a client saw."""

    requests: int
    requests_per_s: float
    p50_ms: float
    p99_ms: float


# A cookie of whoever looks at each page as if for the first time.
ANEW = "anew=1"


class BadAnswer(RuntimeError):
    """Something else than 200 came back, so the figures would mean nothing."""


def drive(url: str, cookie: str, seconds: int) -> Load:
    """Asks for one page over and over from kept connections."""
    if shutil.which("wrk"):
        return _drive_with_wrk(url, cookie, seconds)
    return _drive_ourselves(url, cookie, seconds)


def headers_of(cookie: str) -> dict[str, str]:
    headers = {"User-Agent": AGENT, **({"Cookie": cookie} if cookie else {})}
    # Changes nothing of a page, but is not answered on the porch (`web.porch`).
    return {**headers, "Range": "bytes=0-"} if ANEW in cookie else headers


def client_name() -> str:
    return "wrk" if shutil.which("wrk") else f"http.client, Python {sys.version.split()[0]}"


def _drive_with_wrk(url: str, cookie: str, seconds: int) -> Load:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in headers_of(cookie).items():
        command += ["-H", f"{name}: {value}"]
    said = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise BadAnswer(f"{url}\n{said}")
    return Load(
        int(_found(r"(\d+) requests in", said)),
        float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        _ms(_found(r"^\s+50%\s+(\S+)", said)),
        _ms(_found(r"^\s+99%\s+(\S+)", said)),
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    assert match is not None, (pattern, text)
    return match[1]


def _ms(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\D+)", text).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS_MS[unit]


def _drive_ourselves(url: str, cookie: str, seconds: int) -> Load:
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        waits = list(pool.map(lambda _: _ask_until(url, cookie, deadline), range(CONNECTIONS)))
    return load_of([wait for some in waits for wait in some], seconds)


def _ask_until(url: str, cookie: str, deadline: float) -> list[float]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = headers_of(cookie)
    waits = []
    while (started := time.monotonic()) < deadline:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise BadAnswer(f"{url}: {answer.status}")
        waits.append(1000 * (time.monotonic() - started))
    connection.close()
    return waits


def load_of(waits_ms: Sequence[float], seconds: float) -> Load:
    """What single waits add up to."""
    ordered = sorted(waits_ms)
    return Load(
        len(ordered),
        len(ordered) / seconds,
        statistics.median(ordered),
        ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
    )
