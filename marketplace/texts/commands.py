"""Verbs of texts: draft, drop, publish; and the first versions that come with the program."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.identity import Identity
from marketplace.texts.models import LegalDraft, LegalText
from marketplace.texts.queries import shelf_of
from marketplace.texts.rules import (
    DraftChanged,
    DraftGone,
    Kind,
    SameText,
    TooSoon,
    earliest_day,
    require_other,
)
from marketplace.texts.rules.first import first_text

FIRST = "随平台上线公布的第一个版本。"


@dataclass(frozen=True)
class GivenText:
    """What was typed. `edition` is that of the draft the form showed; 0 where there was none."""

    title: str
    body: str
    reason: str
    in_force_from: date | None
    edition: int


def _lock(session: Session, kind: Kind, edition: int) -> LegalDraft:
    """The draft, held until this transaction ends. Raises DraftGone, DraftChanged."""
    wanted = select(LegalDraft).where(LegalDraft.kind == kind).with_for_update()
    found = session.scalars(wanted, execution_options={"populate_existing": True})
    draft = found.one_or_none()
    if draft is None:
        raise DraftGone
    if draft.edition != edition:
        raise DraftChanged
    return draft


def save_draft(
    session: Session, identity: Identity, kind: Kind, given: GivenText, now: datetime
) -> None:
    """Writes the draft of a kind. Raises DraftGone, DraftChanged where another was quicker."""
    if given.edition == 0:
        _begin_draft(session, kind, given, identity.person_id, now)
    else:
        draft = _lock(session, kind, given.edition)
        draft.title, draft.body, draft.reason = given.title, given.body, given.reason
        draft.in_force_from = given.in_force_from
        draft.edition += 1
        draft.written_by, draft.written_at = identity.person_id, now
        session.flush()
    _note(session, identity, kind, "text.drafted", now, edition=given.edition + 1)


def _begin_draft(
    session: Session, kind: Kind, given: GivenText, person_id: int | None, now: datetime
) -> None:
    statement = insert_into(session, LegalDraft).values(
        kind=kind,
        title=given.title,
        body=given.body,
        reason=given.reason,
        in_force_from=given.in_force_from,
        edition=1,
        written_by=person_id,
        written_at=now,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["kind"])
    if session.execute(statement.returning(LegalDraft.kind)).first() is None:
        raise DraftChanged


def drop_draft(
    session: Session, identity: Identity, kind: Kind, edition: int, now: datetime
) -> None:
    """Gives a draft up. What is published stays as it is. Raises DraftGone, DraftChanged."""
    session.delete(_lock(session, kind, edition))
    session.flush()
    _note(session, identity, kind, "text.dropped", now, edition=edition)


def publish_draft(
    session: Session, identity: Identity, kind: Kind, edition: int, now: datetime
) -> LegalText:
    """Makes the draft the next version. Raises OwnDraft, TooSoon, SameText, DraftGone,
    DraftChanged."""
    draft = _lock(session, kind, edition)
    require_other(identity, draft.written_by)
    newest = shelf_of(session, kind, day_of(now)).newest
    earliest = earliest_day(kind, now, newest.in_force_from if newest else None)
    if draft.in_force_from is not None and draft.in_force_from < earliest:
        raise TooSoon(earliest=earliest)
    version = newest.version if newest else 0
    if newest is not None and _words_of(session, kind, version) == (draft.title, draft.body):
        raise SameText
    text = LegalText(
        kind=kind,
        version=version + 1,
        title=draft.title,
        body=draft.body,
        reason=draft.reason or FIRST,
        written_by=draft.written_by,
        published_by=identity.person_id,
        published_at=now,
        in_force_from=draft.in_force_from or earliest,
    )
    session.add(text)
    session.delete(draft)
    session.flush()
    in_force_from = text.in_force_from.isoformat()
    facts = {"version": text.version, "in_force_from": in_force_from}
    _note(session, identity, kind, "text.published", now, **facts)
    return text


def _words_of(session: Session, kind: Kind, version: int) -> tuple[str, str]:
    wanted = select(LegalText.title, LegalText.body)
    row = session.execute(wanted.where(LegalText.kind == kind, LegalText.version == version)).one()
    return row.title, row.body


def load_first(session: Session, now: datetime, *, demonstration: bool) -> list[Kind]:
    """Puts the first version of every kind that has none, and says which ones were put.

    What licences the operator holds nobody can write for them: outside the demonstration that
    text comes as a draft, to be completed and published by two people.
    """
    fresh = [kind for kind in Kind if shelf_of(session, kind, day_of(now)).newest is None]
    return [kind for kind in fresh if _put_first(session, kind, now, demonstration=demonstration)]


def _put_first(session: Session, kind: Kind, now: datetime, *, demonstration: bool) -> bool:
    written = first_text(kind, demonstration=demonstration)
    if kind is Kind.QUALIFICATION and not demonstration:
        if session.get(LegalDraft, kind) is not None:
            return False
        _begin_draft(session, kind, GivenText(written.title, written.body, "", None, 0), None, now)
        return True
    session.add(
        LegalText(
            kind=kind,
            version=1,
            title=written.title,
            body=written.body,
            reason=FIRST,
            published_at=now,
            in_force_from=day_of(now),
        )
    )
    session.flush()
    _note(session, None, kind, "text.published", now, version=1)
    return True


def _note(
    session: Session,
    identity: Identity | None,
    kind: Kind,
    action: str,
    now: datetime,
    **facts: Any,
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id if identity else None,
        action=action,
        object_kind="legal_text",
        object_id=kind.value,
        before=None,
        after=facts,
    )
