"""`reconcile`, `export-ledger` and `verify-audit` say the truth, and by exit status too."""

import json

import pytest

from marketplace.audit.commands import seal, seal_books
from marketplace.audit.rules.books import SETTLED_AFTER
from marketplace.tables import SEALED_BOOKS
from tests.conftest import NOON
from tests.reports.test_reconcile import forge

pytestmark = pytest.mark.usefixtures("county")


def test_books_that_agree_are_proved(run):
    assert run("reconcile").exit_code == 0
    verdict = run("reconcile", "--json")
    assert (verdict.exit_code, json.loads(verdict.stdout)) == (0, {"agrees": True, "breaks": []})


def test_a_missing_fen_is_told_with_its_row_and_exit_status_1(run, session):
    forge(session, "UPDATE posting SET amount_fen = amount_fen + 1 WHERE id = 1")
    session.commit()
    told = run("reconcile")
    assert told.exit_code == 1
    assert "ledger.balance: ledger_entry:order:1" in told.stdout
    verdict = run("reconcile", "--json")
    assert verdict.exit_code == 1
    found = json.loads(verdict.stdout)
    assert found["agrees"] is False
    assert {"check", "row", "expected_fen", "found_fen", "note"} == set(found["breaks"][0])


def test_the_ledger_is_exported_into_a_file_or_to_the_terminal(run, tmp_path):
    file = tmp_path / "county.ledger"
    assert run("export-ledger", file).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("commodity CNY")
    assert run("export-ledger", "-").stdout == file.read_text(encoding="utf-8")


def test_a_ledger_that_cannot_be_written_is_told(run, tmp_path):
    told = run("export-ledger", tmp_path / "nowhere" / "county.ledger")
    assert told.exit_code != 0
    assert "No such file or directory" in told.stderr


def test_a_chain_that_holds_is_verified(run, session):
    count = seal(session)
    session.commit()
    told = run("verify-audit")
    assert told.exit_code == 0
    assert f"{count} links, 0 entries not sealed yet" in told.stdout
    assert count > 0


def test_a_broken_link_is_told_with_exit_status_1(run, session):
    seal(session)
    forge(session, "UPDATE audit_entry SET actor_id = 99 WHERE id = 2")
    session.commit()
    told = run("verify-audit")
    assert told.exit_code == 1
    assert told.stderr == "Link 2 (entry 2): the entry is not what was sealed.\n"


def test_a_rewritten_row_of_a_sealed_book_is_told_with_exit_status_1(run, session):
    for now in (NOON, NOON + SETTLED_AFTER):
        seal_books(session, SEALED_BOOKS, now)
    seal(session)
    session.commit()
    assert "The books are what was sealed" in run("verify-audit").stdout
    # No sum changes, so that nothing but the seal could tell.
    forge(session, "UPDATE order_event SET at = '2001-01-01' WHERE id = 1")
    session.commit()
    told = run("verify-audit")
    assert told.exit_code == 1
    assert "order_event: the " in told.stderr
