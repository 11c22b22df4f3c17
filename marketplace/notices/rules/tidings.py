"""What callers hand in to be told, and what is asked of them afterwards."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tiding:
    """Something to tell one person, once under its effect key.

    `params` fill the words of the kind: whole fen end in `_fen`, days (ISO) in `_on`. They hold
    nothing that the reader may not see anyway; `address` is a page of ours, which asks for
    itself who may open it.
    """

    person_id: int
    kind: str
    params: Mapping[str, str | int]
    object_kind: str
    object_id: int
    address: str
    effect_key: str


@dataclass(frozen=True)
class Matter:
    """What people are told of: a thing, the words that name it, and its page.

    `once` tells this telling from others of the same event about the same thing. `key` stands
    for event, thing and `once` together, where the effect keys of old are made of something else.
    """

    object_kind: str
    object_id: int
    params: Mapping[str, str | int]
    address: str
    once: str = ""
    key: str = ""


def tidings_of(event: str, matter: Matter, people: Iterable[int]) -> list[Tiding]:
    """One for each of them."""
    key = matter.key or ":".join(filter(None, (event, str(matter.object_id), matter.once)))
    return [
        Tiding(
            person_id=person_id,
            kind=event,
            params=matter.params,
            object_kind=matter.object_kind,
            object_id=matter.object_id,
            address=matter.address,
            effect_key=f"{key}:{person_id}",
        )
        for person_id in sorted(set(people))
    ]


@dataclass(frozen=True)
class OpenNotice:
    """A notice that asks for something, for whoever knows whether it still waits."""

    id: int
    person_id: int
    kind: str
    object_id: int
    params: Mapping[str, Any]


def about(notices: Sequence[OpenNotice], object_ids: Collection[int]) -> set[int]:
    """The ids of the notices that are about one of the objects."""
    return {notice.id for notice in notices if notice.object_id in object_ids}
