"""The words that are sealed, and the seal."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NotRequired, TypedDict

# What the first link names as its predecessor.
BEGINNING = "0" * 64


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


@dataclass(frozen=True)
class Verdict:
    """What verifying the chain found: its length and head, and the first broken link if any."""

    links: int
    head: str
    unsealed: int
    broken: BrokenLink | None


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"not for sealing: {value!r}")


def canonical(entry: Mapping[str, Any]) -> str:
    """One way to write an entry down: keys in order, no spaces, instants in UTC."""
    return json.dumps(
        entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def seal_of(previous_hash: str, entry: Mapping[str, Any]) -> str:
    """The hash that binds an entry to everything before it."""
    return hashlib.sha256(f"{previous_hash}\n{canonical(entry)}".encode()).hexdigest()
