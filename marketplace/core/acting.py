"""By which way and in which county something is done: what the trail notes beside the person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Acting:
    """Where a change comes from, and in which county; asked only when a change is written.

    The request goes on into the jobs that it asks for, and into those that they ask for.
    """

    origin: str
    county: Callable[[], str]
    request_id: str = ""


def _no_county() -> str:
    return ""


NOWHERE = Acting("", _no_county)
_acting: ContextVar[Acting] = ContextVar("acting", default=NOWHERE)


def acting_now() -> Acting:
    return _acting.get()


def begin_acting(acting: Acting) -> None:
    """What follows in this context is done so, until something else begins."""
    _acting.set(acting)


@contextmanager
def acting(origin: str, request_id: str = "") -> Iterator[None]:
    """What the marketplace does by itself: a job, a command. It belongs to no county."""
    token = _acting.set(Acting(origin, _no_county, request_id))
    try:
        yield
    finally:
        _acting.reset(token)
