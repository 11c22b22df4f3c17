"""The trail is sealed in a chain that nobody can rewrite unseen."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.audit.commands import record, seal
from marketplace.audit.commands.trail import STEP
from marketplace.audit.models import AuditEntry, AuditLink
from marketplace.audit.queries import list_trail, verify
from marketplace.audit.rules import BrokenLink, beginning_of, canonical
from marketplace.core.acting import NOWHERE, Acting, acting, begin_acting
from tests.conftest import NOON


def note(session: Session, object_id: int = 1, **changes: object) -> None:
    after = {"state": "PLACED", "fen": 5000, "who": "郧阳区财政局"}
    record(
        session,
        NOON,
        actor_id=7,
        action="order.placed",
        object_kind="order",
        object_id=object_id,
        before=None,
        after={**after, **changes},
    )


@pytest.fixture
def sealed(session):
    """A session of a database with three sealed entries."""
    for object_id in (1, 2, 3):
        note(session, object_id)
    seal(session)
    session.commit()
    return session


def unlock(session: Session, *tables: str) -> None:
    """What someone with the keys of the database could do: take the triggers away."""
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for table in tables:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        for name in session.scalars(text(triggers), {"table": table}).all():
            session.execute(text(f'DROP TRIGGER "{name}"'))


def tamper(session: Session, statement: str) -> BrokenLink | None:
    unlock(session, "audit_entry", "audit_link")
    assert session.execute(text(statement)).rowcount == 1  # type: ignore[attr-defined]
    session.commit()
    return verify(session).broken


def test_a_chain_nobody_touched_holds(sealed):
    verdict = verify(sealed)
    assert (verdict.links, verdict.unsealed, verdict.broken) == (3, 0, None)
    assert (
        verdict.heads[""]
        == sealed.scalars(select(AuditLink.hash).where(AuditLink.position == 3)).one()
    )


def test_an_empty_trail_holds(session):
    assert seal(session) == 0
    verdict = verify(session)
    assert (verdict.links, verdict.heads, verdict.broken) == (0, {}, None)


def test_each_county_has_a_chain_of_its_own(session):
    for object_id, county in ((1, "420304"), (2, ""), (3, "420304"), (4, "110101")):
        begin_acting(Acting("web:1", lambda county=county: county))  # type: ignore[misc]
        note(session, object_id)
    begin_acting(NOWHERE)
    assert seal(session) == 4
    verdict = verify(session)
    assert (verdict.links, verdict.broken) == (4, None)
    assert sorted(verdict.heads) == ["", "110101", "420304"]
    links = session.scalars(select(AuditLink).where(AuditLink.county_code == "420304")).all()
    assert sorted(link.position for link in links) == [1, 2]
    assert min(links, key=lambda link: link.position).previous_hash == beginning_of("420304")


def test_an_entry_moved_to_another_countys_chain_is_found(sealed):
    broken = tamper(sealed, "UPDATE audit_entry SET county_code = '110101' WHERE object_id = '2'")
    assert broken is not None
    assert (broken.position, broken.why) == (2, "the entry stands in another county's chain")


def test_what_is_written_says_by_which_way_it_came(session):
    with acting("job:quota.turn"):
        note(session)
    session.flush()
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.origin, entry.county_code) == ("job:quota.turn", "")


def test_an_entry_is_sealed_once(sealed):
    assert seal(sealed) == 0
    note(sealed, 4)
    assert verify(sealed).unsealed == 1
    assert seal(sealed) == 1
    assert verify(sealed).links == 4


@pytest.mark.parametrize("table", ["audit_entry", "audit_link"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {} = NULL"])
def test_the_database_itself_refuses_to_rewrite_the_trail(sealed, table, statement):
    column = "before" if table == "audit_entry" else "hash"
    with pytest.raises(DatabaseError):
        sealed.execute(text(statement.format(table, column)))


def test_a_changed_amount_is_found(sealed):
    broken = tamper(
        sealed, "UPDATE audit_entry SET after = '{\"state\": \"PLACED\"}' WHERE object_id = '2'"
    )
    assert broken is not None
    assert (broken.position, broken.why) == (2, "the entry is not what was sealed")


def test_a_changed_actor_is_found(sealed):
    broken = tamper(sealed, "UPDATE audit_entry SET actor_id = 8 WHERE object_id = '1'")
    assert broken is not None
    assert broken.position == 1


def test_an_entry_taken_out_with_its_link_is_found(sealed):
    unlock(sealed, "audit_entry", "audit_link")
    sealed.execute(text("DELETE FROM audit_link WHERE position = 2"))
    broken = tamper(sealed, "DELETE FROM audit_entry WHERE object_id = '2'")
    assert broken is not None
    assert (broken.position, broken.why) == (2, "link 2 is missing")


def test_a_link_with_a_new_hash_is_found_by_the_next(sealed):
    assert tamper(sealed, f"UPDATE audit_link SET hash = '{'f' * 64}' WHERE position = 2")


def test_a_long_backlog_is_sealed_in_steps(session):
    for number in range(STEP + 1):
        note(session, number)
    assert seal(session) == STEP
    assert seal(session) == 1
    assert verify(session).links == STEP + 1


def test_an_entry_that_appears_after_a_later_one_was_sealed_gets_its_place(session):
    note(session, 1)
    note(session, 2)
    session.flush()
    late = session.execute(select(AuditEntry).where(AuditEntry.object_id == "1")).scalar_one()
    values = {column.name: getattr(late, column.name) for column in AuditEntry.__table__.c}
    session.rollback()
    note(session, 2)
    # Its id was given out before, its transaction ends only now.
    entry = session.scalars(select(AuditEntry)).one()
    values["id"] = entry.id - 1
    seal(session)
    session.add(AuditEntry(**values))
    session.flush()
    assert seal(session) == 1
    order = session.scalars(select(AuditLink.entry_id).order_by(AuditLink.position)).all()
    assert order == [entry.id, entry.id - 1]
    assert verify(session).broken is None


def test_sealers_at_the_same_moment_make_one_chain(engine):
    with Session(engine) as session:
        for number in range(50):
            note(session, number)
        session.commit()
    barrier = Barrier(6)

    def work(number: int) -> None:
        barrier.wait(30)
        with Session(engine) as session, session.begin():
            note(session, 100 + number)
            seal(session)

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 56
        verdict = verify(session)
        assert (verdict.links, verdict.unsealed, verdict.broken) == (56, 0, None)


def test_the_trail_of_an_object_shows_its_changes_newest_first(sealed):
    note(sealed, 2, state="CONFIRMED")
    trail = list_trail(sealed, "order", 2)
    assert [row.after["state"] for row in trail if row.after] == ["CONFIRMED", "PLACED"]
    assert [row.position for row in trail] == [None, 2]
    assert (trail[0].actor_id, trail[0].action, trail[0].at) == (7, "order.placed", NOON)


def test_one_instant_is_sealed_alike_whatever_its_time_zone():
    shanghai = NOON.astimezone(tz=None)
    assert canonical({"at": NOON}) == canonical({"at": shanghai})
    assert canonical({"at": NOON}) != canonical({"at": NOON + timedelta(microseconds=1)})
