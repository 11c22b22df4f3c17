"""The proof of the books finds a fen wherever it is missing, and names the row."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.ledger.queries import list_balances
from marketplace.reports.queries import ledger_journal, reconcile
from marketplace.tables import APPEND_ONLY
from tests.county import County
from tests.databases import Databases
from tests.engines import open_engine
from tests.reports.rows import ONE_ROW
from tests.reports.trading import trade


@pytest.fixture
def county(session: Session, county: County) -> County:
    trade(session, county)
    return county


def forge(session: Session, statement: str) -> None:
    """Does what the triggers refuse, as someone with the database's own tools could."""
    table = statement.split()[1].strip('"')
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
    else:
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
    session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "check", "row"),
    [
        (
            "UPDATE posting SET amount_fen = amount_fen + 1 WHERE id = 1",
            "ledger.balance",
            "ledger_entry:order",
        ),
        ("UPDATE account_balance SET balance_fen = balance_fen + 1", "ledger.total", "account:"),
        (
            "UPDATE attribution_entry SET amount_fen = amount_fen + 1 WHERE id = 1",
            "attribution.order",
            "order:1",
        ),
        (
            "UPDATE attribution_total SET amount_fen = amount_fen - 1 WHERE scope = 'village'",
            "attribution.village.month",
            "420304",
        ),
        (
            "UPDATE quota_entry SET amount_fen = amount_fen + 1 WHERE id = 1",
            "quota.order",
            "order:",
        ),
        ("UPDATE quota_total SET counted_fen = counted_fen + 1", "quota.total", "unit:1"),
        (
            'UPDATE "order" SET payable_fen = payable_fen + 1 WHERE id = 1',
            "order.payable",
            "order:1",
        ),
        ("UPDATE purchase SET goods_fen = goods_fen + 1", "purchase.sum", "purchase:P"),
        ("UPDATE payment SET received_fen = received_fen + 1", "ledger.account", "account:"),
        (
            "UPDATE framework_contract SET called_fen = called_fen + 1",
            "contract.total",
            "contract:K",
        ),
        (
            "UPDATE contract_line SET called_packs = called_packs + 1",
            "contract.line",
            "contract_line:1",
        ),
        (
            "UPDATE contract_entry SET amount_fen = amount_fen + 1",
            "contract.order",
            "order:",
        ),
        (
            "UPDATE batch SET quantity_on_hand = quantity_on_hand + 1 WHERE id = 1",
            "stock",
            "batch:B",
        ),
        ("UPDATE variant SET price_fen = price_fen + 1 WHERE id = 1", "price", "variant:1"),
    ],
)
def test_a_forged_fen_is_found_and_its_row_named(
    session: Session, county: County, statement: str, check: str, row: str
) -> None:
    assert county.unit_id
    assert reconcile(session) == []
    forge(session, statement)
    found = {one.check: one.row for one in reconcile(session)}
    assert check in found
    assert found[check].startswith(row)


@pytest.fixture(scope="module")
def standing(databases: Databases, founded: tuple[str, County]) -> Iterator[Engine]:
    """One database with sales for all attempts at rewriting it: each of them is taken back."""
    url = databases.create(founded[0])
    engine = open_engine(url)
    with Session(engine, expire_on_commit=False) as session:
        trade(session, founded[1])
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("rewrite", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_the_books(
    standing: Engine, table: str, rewrite: str
) -> None:
    statement = rewrite.format(table).replace("SET id = id", _harmless(table))
    with Session(standing) as session:
        for statement_of_row in ONE_ROW.get(table, "").split(";"):
            if statement_of_row:
                session.execute(text(statement_of_row))
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement))


def _harmless(table: str) -> str:
    columns = {"audit_link": "entry_id", "settlement_line": "entry_id"}
    columns["commission_settlement_line"] = "order_id"
    column = {**columns, "quotation_line": "price_fen"}.get(table, "id")
    return f"SET {column} = {column}"


def write_journal(session: Session, path: Path) -> None:
    path.write_text("".join(ledger_journal(session)), encoding="utf-8")


def ask_ledger(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ledger", "-f", str(path), *words], capture_output=True, text=True, check=False
    )


def test_a_program_nobody_here_wrote_agrees_with_our_balances(
    session: Session, county: County, tmp_path: Path
) -> None:
    assert county.unit_id
    journal = tmp_path / "books.ledger"
    write_journal(session, journal)
    told = ask_ledger(journal, "balance", "--flat", "--no-total", "--balance-format",
                      "%(account) %(quantity(display_total))\n")  # fmt: skip
    assert told.returncode == 0, told.stderr
    theirs = {}
    for line in told.stdout.splitlines():
        account, amount = line.split()
        theirs[account] = round_to_fen(amount)
    ours = {account: fen for account, fen in list_balances(session).items() if fen}
    assert theirs == ours


def round_to_fen(text_amount: str) -> int:
    yuan, _, rest = text_amount.partition(".")
    sign = -1 if yuan.startswith("-") else 1
    return sign * (abs(int(yuan)) * 100 + int(rest.ljust(2, "0")[:2] or 0))


def test_that_program_refuses_a_journal_with_a_fen_too_many(
    session: Session, county: County, tmp_path: Path
) -> None:
    assert county.unit_id
    journal = tmp_path / "forged.ledger"
    write_journal(session, journal)
    honest = journal.read_text(encoding="utf-8")
    journal.write_text(honest.replace(" 1280.60 CNY", " 1280.61 CNY", 1), encoding="utf-8")
    assert journal.read_text(encoding="utf-8") != honest
    assert ask_ledger(journal, "balance").returncode != 0
