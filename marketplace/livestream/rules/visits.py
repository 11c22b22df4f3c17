"""Which followed links are a person's: what programs, previews and pictures fetch is no click."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache


class Visit(StrEnum):
    """A person, or why it is none; one letter, as it stands in the file of clicks."""

    PERSON = "P"
    HEAD = "H"
    PREFETCH = "F"
    # Loaded into another page: a picture, a frame, a script's own request.
    EMBEDDED = "E"
    AGENT = "A"


# Programs by what they call themselves. Phones of the brand CUBOT are people's.
AGENTS = (
    "(?<!cu)bot",
    "spider",
    "crawl",
    "slurp",
    "headless",
    "phantomjs",
    "selenium",
    "puppeteer",
    "playwright",
    "lighthouse",
    "preview",
    "facebookexternalhit",
    "whatsapp/",
    "curl",
    "wget",
    "httpie",
    "postman",
    "python",
    "aiohttp",
    "httpx",
    "scrapy",
    "go-http",
    "okhttp",
    "httpclient",
    "http_request",
    "^java/",
    "libwww",
    "perl",
    "ruby",
    "php/",
    "guzzle",
    "node-fetch",
    "axios",
    "undici",
    "^node",
    "deno/",
    "apachebench",
    "^ab/",
    "monitor",
    "uptime",
)
_AGENT = re.compile("|".join(AGENTS), re.IGNORECASE)
_AHEAD = re.compile("prefetch|prerender|preview", re.IGNORECASE)
# What browsers say when they fetch a page before anybody asked for it.
PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


# Longer names than this are no browser's.
LONGEST_AGENT = 400


def judge_visit(method: str, said: Mapping[str, str]) -> Visit:
    """Who followed a link, from what the request said of itself (names as WSGI has them)."""
    if method != "GET":
        return Visit.HEAD
    if any(name in said and _AHEAD.search(said[name]) for name in PURPOSES):
        return Visit.PREFETCH
    if said.get("HTTP_SEC_FETCH_DEST", "document") != "document":
        return Visit.EMBEDDED
    if said.get("HTTP_ACCEPT", "").lstrip().startswith("image/"):
        return Visit.EMBEDDED
    agent = said.get("HTTP_USER_AGENT", "")
    return Visit.AGENT if len(agent) > LONGEST_AGENT or _is_program(agent) else Visit.PERSON


@lru_cache(2048)
def _is_program(agent: str) -> bool:
    # Looking through all names takes as long as the rest of a redirect, and a session's
    # visitors come with few browsers.
    return not agent.strip() or _AGENT.search(agent) is not None
