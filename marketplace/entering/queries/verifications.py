"""Papers that are looked at again: as the producer and the county see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.entering.models import Reverification, ReverificationPaper
from marketplace.notices.queries import Checks
from marketplace.notices.rules import OpenNotice
from marketplace.producers.queries import PRODUCER_NAMES, due_days
from marketplace.uploads.queries import KeptFile, get_upload


@dataclass(frozen=True)
class VerificationRow:
    """What a producer told of its papers, and the answer."""

    id: int
    producer_id: int
    producer_name: str
    state: str
    food_kind: str
    food_number: str
    food_valid_until: date | None
    licence_valid_until: date | None
    told_by: int
    who: str
    told_at: datetime
    answered_at: datetime | None
    words: str
    # Each upload with its kind.
    scans: tuple[tuple[int, str], ...] = ()


_NAMED = {"producer_name": PRODUCER_NAMES.c.name, "who": PERSON_NAMES.c.name}
_COLUMNS = tuple(name for name in VerificationRow.__dataclass_fields__ if name != "scans")


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [
        _NAMED[name] if name in _NAMED else getattr(Reverification, name) for name in _COLUMNS
    ]
    return (
        select(*columns)
        .select_from(Reverification)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Reverification.producer_id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Reverification.told_by)
    )


def _with_scans(session: Session, rows: Sequence[Any]) -> list[VerificationRow]:
    scans: dict[int, list[tuple[int, str]]] = {row[0]: [] for row in rows}
    wanted = select(
        ReverificationPaper.reverification_id,
        ReverificationPaper.upload_id,
        ReverificationPaper.kind,
    ).where(ReverificationPaper.reverification_id.in_(scans))
    for one, upload_id, kind in session.execute(wanted.order_by(ReverificationPaper.upload_id)):
        scans[one].append((upload_id, kind))
    return [_row(row, scans[row[0]]) for row in rows]


def _row(row: Any, scans: list[tuple[int, str]]) -> VerificationRow:
    return VerificationRow(**dict(zip(_COLUMNS, row, strict=True)), scans=tuple(scans))


def find_latest(session: Session, producer_id: int) -> VerificationRow | None:
    """What the producer told last."""
    wanted = _rows().where(Reverification.producer_id == producer_id)
    rows = session.execute(wanted.order_by(Reverification.id.desc()).limit(1)).all()
    found = _with_scans(session, rows)
    return found[0] if found else None


def count_verifications(session: Session, *, area: str = "") -> int:
    """How many wait for the county."""
    waits = _waits(area)
    return session.scalar(select(func.count()).select_from(Reverification).where(*waits)) or 0


def _waits(area: str) -> list[ColumnElement[bool]]:
    here = in_area("reverification", Reverification.id, area)
    return [Reverification.state == "SUBMITTED", *here]


def list_verifications(
    session: Session, page: PageRequest, *, area: str = ""
) -> Page[VerificationRow]:
    """Those that wait, the longest waiting first."""
    wanted = _rows().where(*_waits(area)).order_by(Reverification.id)
    rows = session.execute(wanted.limit(page.per_page).offset(page.offset)).all()
    total = count_verifications(session, area=area)
    return Page(_with_scans(session, rows), page.page, page.per_page, total)


def get_scan(
    session: Session, identity: Identity, reverification_id: int, upload_id: int
) -> KeptFile:
    """A scan, for the producer's people and the centre. Raises NotFound."""
    wanted = (
        select(Reverification.producer_id)
        .join(ReverificationPaper, ReverificationPaper.reverification_id == Reverification.id)
        .where(Reverification.id == reverification_id, ReverificationPaper.upload_id == upload_id)
    )
    producer_id = session.scalar(wanted)
    if producer_id is None:
        raise NotFound
    mine = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    if not (mine or identity.is_in_centre()):
        raise NotFound
    return get_upload(session, upload_id)


def still_unverified(session: Session, notices: Sequence[OpenNotice], _now: datetime) -> set[int]:
    """Of notices about papers that are due, those whose producer has told nothing since."""
    due = due_days(session, {one.object_id for one in notices})
    told = set(
        session.scalars(
            select(Reverification.producer_id).where(
                Reverification.producer_id.in_(due), Reverification.state == "SUBMITTED"
            )
        )
    )
    return {
        one.id
        for one in notices
        if one.object_id not in told and str(due.get(one.object_id)) == one.params["due_on"]
    }


# Kind of notice → whether it still waits.
CHECKS: Checks = {"verify_soon": still_unverified, "verify_late": still_unverified}


def queue_of_verifications(session: Session, *, area: str = "") -> Queue:
    """Papers that producers confirmed and the county has not looked at."""
    return queue_of(session, Reverification.told_at, *_waits(area))
