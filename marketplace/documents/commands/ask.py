"""Asking for a paper: its facts are frozen now, a worker prints them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.closed import seal_words
from marketplace.core.db import insert_into
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.documents.commands.keep import ask_to_pack, is_packable
from marketplace.documents.models import Paper, PaperPart
from marketplace.documents.queries.composers import compose, find_subject
from marketplace.documents.queries.packages import Part, files_of, parts_of
from marketplace.documents.rules.kinds import (
    CERTIFICATE,
    ZIP,
    Kind,
    PaperNotYet,
    Subject,
    find_kind,
    read_subject,
    require_format,
    require_length,
)
from marketplace.documents.rules.sheet import Sheet, fingerprint, freeze, plain
from marketplace.outbox.commands import put

PRINT_JOB = "documents.print"
NUMBER_LENGTH = 12


@dataclass(frozen=True)
class PaperWish:
    """Which paper of what, and in which format."""

    kind: str
    object: str
    format: str


def ask_for_paper(session: Session, identity: Identity, wish: PaperWish, now: datetime) -> int:
    """Freezes the facts and asks for the print. Returns the paper's id: the same one while the
    facts are the same. Raises NotFound, InvalidInput, PaperNotYet or PaperTooLong."""
    subject = read_subject(wish.object)
    kind = find_kind(wish.kind, subject)
    require_format(kind, wish.format)
    found = find_subject(session, identity, subject)
    if wish.format == ZIP:
        return _ask_for_package(session, identity, (kind, subject, found), now)
    sheet = compose(session, kind, found, day_of(now))
    require_length(wish.format, sheet.row_count)
    return _ask(session, identity, (kind, subject, wish.format), sheet, now)


def _ask(
    session: Session,
    identity: Identity,
    named: tuple[Kind, Subject, str],
    sheet: Sheet,
    now: datetime,
) -> int:
    facts = freeze(sheet)
    paper, is_new = _insert(session, identity, named, facts, now)
    if is_new:
        payload = {"paper_id": paper.id, "number": paper.number, "format": paper.format}
        payload |= {"facts": paper.facts_sealed or facts, "facts_sha256": paper.facts_sha256}
        payload["asked_at"] = now.isoformat()
        # Not by its id: SQLite gives that of a paper that was removed to the next one.
        put(session, PRINT_JOB, payload, effect_key=f"paper:{paper.number}", now=now)
    return paper.id


def _insert(
    session: Session,
    identity: Identity,
    named: tuple[Kind, Subject, str],
    facts: dict[str, Any],
    now: datetime,
) -> tuple[Paper, bool]:
    """The paper, and whether it is new: two who ask at the same moment get the same one."""
    kind, subject, form = named
    same = {
        "kind": kind.name,
        "object": str(subject),
        "format": form,
        "facts_sha256": fingerprint(facts),
    }
    statement = insert_into(session, Paper).values(
        **same,
        number=new_code(NUMBER_LENGTH),
        **_kept(session, kind, facts),
        asked_by=identity.person_id,
        asked_at=now,
    )
    statement = statement.on_conflict_do_nothing(index_elements=list(same))
    is_new = session.execute(statement.returning(Paper.id)).first() is not None
    paper = session.scalars(select(Paper).filter_by(**same)).one()
    if is_new:
        record(
            session,
            now,
            actor_id=identity.person_id,
            action="paper.asked",
            object_kind="paper",
            object_id=paper.id,
            before=None,
            after={"number": paper.number, **same},
        )
    return paper, is_new


def _kept(session: Session, kind: Kind, facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they stand in the table. Anyone checks a certificate, and a package names papers;
    all others name people and accounts."""
    if kind.name == CERTIFICATE or ZIP in kind.formats:
        return {"facts": facts, "facts_sealed": ""}
    return {"facts": {}, "facts_sealed": seal_words(session, plain(facts))}


def _ask_for_package(
    session: Session, identity: Identity, named: tuple[Kind, Subject, Any], now: datetime
) -> int:
    """Asks for every part; the package is packed when the last of them is printed."""
    kind, subject, found = named
    parts = parts_of(session, identity, subject, found, day_of(now))
    if not parts:
        raise PaperNotYet(title=kind.title)
    asked = {part.name: _ask_for_part(session, identity, part, now) for part in parts}
    facts = {"parts": asked, "files": files_of(session, subject, found)}
    package, is_new = _insert(session, identity, (kind, subject, ZIP), facts, now)
    if is_new:
        for name, paper_id in asked.items():
            session.add(PaperPart(package_id=package.id, paper_id=paper_id, name=name))
        session.flush()
        if is_packable(session, package.id):
            ask_to_pack(session, package.id, now)
    return package.id


def _ask_for_part(session: Session, identity: Identity, part: Part, now: datetime) -> int:
    return _ask(session, identity, (part.kind, part.subject, part.format), part.sheet, now)
