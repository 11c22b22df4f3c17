"""The words that are sealed, and the seal."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NotRequired, TypedDict

# What the first link names as its predecessor, in the marketplace's own chain.
BEGINNING = "0" * 64


def beginning_of(county_code: str) -> str:
    """What the first link of a county's chain names as its predecessor."""
    if not county_code:
        return BEGINNING
    return hashlib.sha256(f"the trail of {county_code}".encode()).hexdigest()


class Change(TypedDict):
    """Who did what to which. No actor means the marketplace itself: the worker, a gateway."""

    actor_id: int | None
    action: str
    object_kind: str
    object_id: int | str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    origin: NotRequired[str]


@dataclass(frozen=True)
class BrokenLink:
    """The first place where the chain does not hold, and why."""

    position: int
    entry_id: int
    why: str
    county_code: str = ""


@dataclass(frozen=True)
class Verdict:
    """What following the chains found: how many links, each chain's head (by county; empty is
    the marketplace's own), and the first broken link if any."""

    links: int
    heads: Mapping[str, str]
    unsealed: int
    broken: BrokenLink | None


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not for sealing: {value!r}")


def said_in(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What of an entry is sealed. Those from before there were counties say nothing of one, and
    keep their seals."""
    return {key: value for key, value in entry.items() if key != "county_code" or value}


def canonical(entry: Mapping[str, Any]) -> str:
    """One way to write an entry down: keys in order, no spaces, instants in UTC."""
    return in_order(said_in(entry))


def in_order(value: Mapping[str, Any]) -> str:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def seal_of(previous_hash: str, entry: Mapping[str, Any]) -> str:
    """The hash that binds an entry to everything before it."""
    return hashlib.sha256(f"{previous_hash}\n{canonical(entry)}".encode()).hexdigest()
