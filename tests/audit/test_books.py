"""Books under seal: whoever rewrites, removes or slips in a row that was sealed is found."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import JSON, Boolean, Date, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from marketplace.audit.commands import follow_chains, follow_seals, seal, seal_books
from marketplace.audit.models import AuditVerdict
from marketplace.audit.queries import (
    find_forged,
    find_last_seal,
    latest_verdict,
    list_seals,
    verify,
)
from marketplace.audit.rules.books import SETTLED_AFTER
from marketplace.core.db import UtcDateTime
from marketplace.tables import APPEND_ONLY, SEALED_BOOKS
from tests.audit.test_chain import unlock
from tests.conftest import NOON
from tests.county import County
from tests.reports.rows import ONE_ROW
from tests.reports.trading import trade

LATER = NOON + SETTLED_AFTER


def sealed(session: Session, now: datetime = LATER) -> Session:
    seal_books(session, SEALED_BOOKS, now - SETTLED_AFTER)
    seal_books(session, SEALED_BOOKS, now)
    session.commit()
    return session


def forged(session: Session) -> str:
    broken = find_forged(session, SEALED_BOOKS, list_seals(session, 0, 1_000_000))
    return broken.why if broken else ""


def another(name: str, kind: TypeEngine[object]) -> str:
    """Some other value, in SQL."""
    if isinstance(kind, UtcDateTime):
        return "'2001-01-01 00:00:00'"
    if isinstance(kind, Date):
        return "'2001-01-01'"
    if isinstance(kind, JSON):
        return "'{\"forged\": 1}'"
    if isinstance(kind, Boolean):
        return f'NOT "{name}"'
    return f'coalesce("{name}", 0) + 7000000' if kind.python_type is int else "'forged'"


def unbind(session: Session, book: str) -> None:
    """Takes away whatever would refuse: triggers, checks and references."""
    unlock(session, book)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        return
    session.execute(text("SET LOCAL session_replication_role = replica"))
    checks = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = :book ::regclass"
    for name in session.scalars(text(checks), {"book": book}).all():
        session.execute(text(f'ALTER TABLE {book} DROP CONSTRAINT "{name}"'))


def test_every_book_but_those_without_numbers_is_sealed() -> None:
    assert set(APPEND_ONLY) - set(SEALED_BOOKS) == {
        "audit_entry",
        "audit_link",
        "commission_settlement_line",
        "quotation_line",
        "settlement_line",
    }


@pytest.fixture
def traded(session: Session, county: County) -> Session:
    trade(session, county)
    return session


def with_a_row(session: Session, book: str) -> None:
    for statement in ONE_ROW.get(book, "").split(";"):
        if statement:
            session.execute(text(statement))


def attacks(book: str) -> Iterator[tuple[str, str]]:
    """(what is attacked, how): each column of the first row, and the last row as a whole."""
    for column in SEALED_BOOKS[book].c:
        value = another(column.name, column.type)
        first = f"WHERE id = (SELECT min(id) FROM {book})"
        yield f"{book}.{column.name}", f'UPDATE {book} SET "{column.name}" = {value} {first}'
    yield book, f"DELETE FROM {book} WHERE id = (SELECT max(id) FROM {book})"


@pytest.mark.slow
def test_whatever_is_rewritten_or_removed_in_any_book_is_found(traded: Session) -> None:
    """One county for all of them: each attack is taken back before the next."""
    for name, book in SEALED_BOOKS.items():
        with_a_row(traded, name)
        for now in (NOON, LATER):
            seal_books(traded, {name: book}, now)
        assert forged(traded) == "", name
        unbind(traded, name)
        for attacked, statement in attacks(name):
            with traded.begin_nested() as attempt:
                assert traded.execute(text(statement)).rowcount == 1, attacked  # type: ignore[attr-defined]
                assert forged(traded).startswith(f"{name}: the "), attacked
                attempt.rollback()
        assert forged(traded) == "", name
        traded.rollback()


def test_rows_slipped_in_below_what_was_sealed_are_found(traded: Session) -> None:
    sealed(traded)
    unbind(traded, "posting")
    row = "INSERT INTO posting (id, entry_id, account, amount_fen) VALUES (:id, 1, 'ESCROW', 0)"
    traded.execute(text(row), {"id": -3})
    assert forged(traded).startswith("posting: the ")


def test_what_has_not_settled_is_not_sealed_yet(traded: Session) -> None:
    assert seal_books(traded, SEALED_BOOKS, NOON) > 0
    assert seal_books(traded, SEALED_BOOKS, LATER - timedelta(seconds=1)) == 0
    assert {one.seal.rows for one in list_seals(traded, 0, 1000)} == {0}
    assert seal_books(traded, SEALED_BOOKS, LATER) > 0
    count = traded.scalar(text("SELECT count(*) FROM posting"))
    last = find_last_seal(traded, "posting")
    assert last is not None
    assert last.seal.rows == count


def test_what_did_not_grow_is_not_sealed_again(traded: Session) -> None:
    sealed(traded)
    # The last seals are entries of the trail, which is no book.
    assert seal_books(traded, SEALED_BOOKS, LATER + SETTLED_AFTER) == 0


def test_a_long_backlog_is_sealed_in_steps(
    traded: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.audit.commands.books.ROWS_OF_A_SEAL", 2)
    monkeypatch.setattr("marketplace.audit.commands.books.SEALS_AT_ONCE", 2)
    sealed(traded)
    for _time in range(100):
        if not seal_books(traded, SEALED_BOOKS, LATER):
            break
    seals = [one.seal for one in list_seals(traded, 0, 1000) if one.book == "posting"]
    assert [one.after_id for one in seals[1:]] == [one.last_id for one in seals[:-1]]
    assert sum(one.rows for one in seals) == traded.scalar(text("SELECT count(*) FROM posting"))
    assert forged(traded) == ""


def nightly(session: Session, now: datetime) -> AuditVerdict:
    """The night's look, as the worker takes it, part by part."""
    came_to = follow_seals(session, SEALED_BOOKS, 0, now)
    while isinstance(came_to, int):
        came_to = follow_seals(session, SEALED_BOOKS, came_to, now)
    if came_to is None:
        follow_chains(session, {}, now)
    verdict = latest_verdict(session)
    assert verdict is not None
    return verdict


def test_the_night_keeps_what_it_found(traded: Session) -> None:
    sealed(traded)
    seal(traded)
    assert nightly(traded, LATER).broken is None
    unbind(traded, "quota_entry")
    traded.execute(text("UPDATE quota_entry SET counted_on = '2001-01-01'"))
    broken = nightly(traded, LATER + timedelta(days=1)).broken
    assert broken is not None
    assert broken["why"].startswith("quota_entry: the ")
    assert broken["position"] > 0


def test_a_chain_cut_off_behind_is_found(traded: Session) -> None:
    seal(traded)
    assert nightly(traded, LATER).broken is None
    unlock(traded, "audit_link", "audit_entry")
    last = "(SELECT max(entry_id) FROM audit_link)"
    traded.execute(text(f"DELETE FROM audit_link WHERE entry_id = {last}"))
    traded.execute(
        text("DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_link)")
    )
    broken = verify(traded).broken
    assert broken is not None
    assert "is gone" in broken.why
