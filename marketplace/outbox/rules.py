"""How long to wait, what makes two requests the same, and what a letter is."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace.core.errors import N_, Refusal

# Longer than any job should take, short enough that a killed worker's job is not missed.
LEASE = timedelta(seconds=60)
# What reads all of the books may take so long.
LONG_LEASE = timedelta(minutes=30)
FIRST_DELAY_S = 10
LONGEST_DELAY_S = 6 * 60 * 60

Payload = Mapping[str, Any]


class KeyMismatch(Refusal):
    """An Idempotency-Key stands for one request; another body needs another key."""

    code = "idempotency.mismatch"
    status = 422
    message = N_("这个幂等键已经用于另一个请求。请为新的请求换一个新的键。")
    field = "Idempotency-Key"


# Whose request under which key, and the fingerprint of what was asked.
Asked = tuple[int, str, str]


@dataclass(frozen=True)
class RememberedAnswer:
    """What was answered the first time."""

    status: int
    body: str


@dataclass(frozen=True)
class LeasedMessage:
    """A message as the worker that holds its lease sees it."""

    id: int
    job: str
    payload: Payload
    effect_key: str
    lease: str
    attempts: int
    # The request that asked for it, or asked for what asked for it.
    request_id: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail to one person; the effect key tells the mail system when it sees it again."""

    effect_key: str
    recipient: str
    subject: str
    body: str


@dataclass(frozen=True)
class Job:
    """What a worker does with a message.

    `effect` writes to our database, in the transaction that marks the message done.
    `outside` speaks to the world before it, under the lease but outside any transaction:
    a mail server that is slow must not hold our locks. It may be repeated after a crash and
    is given the effect key so that the other side can tell. What it answers is added to the
    payload that the effect gets.
    """

    effect: Callable[..., None]
    outside: Callable[[Payload, str], Payload | None] | None = None
    # A job that repeats: how often. Its effect gets an empty payload.
    every: timedelta | None = None
    # One about files of the machine it runs on: every worker takes turns of its own, because
    # nobody else can take them for it.
    on_each_machine: bool = False
    # `looks` reads much before the effect, in a transaction that only reads, so that nobody who
    # writes waits for it; what it answers is added to the payload too. The turn of a repeating
    # job is gone if the worker is killed while it looks: only for what the next turn makes good.
    looks: Callable[..., Payload] | None = None
    # For how long it may take before another worker does it.
    lease: timedelta = LEASE


# Beside what a job is told stands who asked for it; jobs themselves never see it.
_REQUEST = "_request_id"


def enclose(payload: Payload, request_id: str) -> dict[str, Any]:
    """What is written of a message: what the job is told, and by which request."""
    return {**payload, _REQUEST: request_id} if request_id else dict(payload)


def disclose(written: Payload) -> tuple[dict[str, Any], str]:
    """What a job is told, and the request that asked for it."""
    payload = dict(written)
    return payload, str(payload.pop(_REQUEST, ""))


def delay_after(attempts: int) -> timedelta:
    """10 s after the first failure, then twice as long each time, at most six hours."""
    return timedelta(seconds=min(FIRST_DELAY_S * 2 ** min(attempts - 1, 20), LONGEST_DELAY_S))


def next_turn(due_at: datetime, every: timedelta, now: datetime) -> datetime:
    """The next time after now in the job's own rhythm; turns slept through are dropped."""
    missed = max((now - due_at) // every, 0)
    return due_at + (missed + 1) * every


def fingerprint_of(method: str, path: str, body: bytes) -> str:
    """What an Idempotency-Key was first used for."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()
