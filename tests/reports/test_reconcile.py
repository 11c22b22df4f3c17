"""The proof of the books finds a fen wherever it is missing, and names the row."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import open_outlet, send_to_outlet
from marketplace.catalogue.rules.keeping import NewOutlet, OutletMove
from marketplace.certification.commands import apply
from marketplace.certification.rules import ATTESTED, Wish
from marketplace.ledger.queries import list_balances
from marketplace.reports.queries import ledger_journal, reconcile
from marketplace.tables import APPEND_ONLY
from tests.commission.road import sold_by_link
from tests.contracts.signing import placed as called_off
from tests.contracts.signing import signed
from tests.county import START, County
from tests.livestream.sessions import hold_session
from tests.ordering.steps import completed


@pytest.fixture
def county(session: Session, county: County) -> County:
    completed(session, county, county.wish((county.mushrooms, 20), (county.noodles, 7)))
    called_off(session, county, signed(session, county), 3)
    outlet = open_outlet(session, county.operator, NewOutlet("专柜", "CABINET", "区政府"), START)
    sent = OutletMove(county.noodles.batch_id, outlet.id, 2, "SENT")
    send_to_outlet(session, county.other_clerk, sent, START)
    wish = Wish((county.oil.product_id,), "收购", frozenset(ATTESTED))
    apply(session, county.clerk, county.producer_id, wish, START)
    sold_by_link(session, county, hold_session(session, county, county.oil), (county.oil, 1))
    session.commit()
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


# Rows of the tables that the county of the tests leaves empty.
AN_INQUIRY = (
    "INSERT INTO inquiry (id, number, unit_id, title, state, answer_until, wanted_by, address,"
    " remark, asked_by, asked_at, choice_reason) VALUES (1, 'X', 1, 'a', 'ASKED', '2026-11-30',"
    " '2026-12-31', 'a', '', 1, '2026-11-01 00:00:00', '');"
    "INSERT INTO quotation (id, inquiry_id, producer_id, revision, freight_fen, delivery_days,"
    " valid_until, remark, answered_by, answered_at) VALUES (1, 1, 1, 1, 0, 1, '2026-12-31', '',"
    " 1, '2026-11-01 00:00:00')"
)
A_REVIEW = (
    "INSERT INTO review (id, order_id, product_id, producer_id, product_name, author_id,"
    " is_of_unit, rating,"
    " text, written_at, is_hidden) VALUES (1, 1, 1, 1, 'a', 1, false, 5, '', '2026-11-01 00:00:00',"
    " false)"
)
ONE_ROW = {
    "listing_step": "INSERT INTO listing_step (product_id, kind, at, actor_id, words)"
    " VALUES (1, 'SUBMITTED', '2026-11-01 00:00:00', 1, '')",
    "benefit_entry": "INSERT INTO benefit_household (id, producer_id, mark, name_sealed,"
    " identity_sealed) VALUES (1, 1, 'a', 'a', 'a');"
    "INSERT INTO benefit_list (id, producer_id, kind, period, sha256, told_by, told_at)"
    " VALUES (1, 1, 'WAGE', '2026-10', 'a', 1, '2026-11-01 00:00:00');"
    "INSERT INTO benefit_entry (list_id, household_id, village_code, period, amount_fen, words,"
    " told_by, told_at) SELECT 1, 1, min(code), '2026-10', 1, '', 1, '2026-11-01 00:00:00'"
    " FROM village",
    "entry_step": "INSERT INTO entry_application (id, applicant_id, turn, state, name, kind, uscc,"
    " village_code, phone, story, food_kind, food_number, legal_name, legal_tail, bank,"
    " bank_number, written_at) VALUES (1, 1, 1, 'DRAFT', '', '', '', '', '', '', '', '', '', '',"
    " '', '', '2026-11-01 00:00:00');"
    "INSERT INTO entry_step (application_id, at, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 'SUBMITTED', '')",
    "review_word": f"{A_REVIEW};INSERT INTO review_word (review_id, kind, text, author_id,"
    " written_at) VALUES (1, 'ANSWER', 'a', 1, '2026-11-01 00:00:00')",
    "review_step": f"{A_REVIEW};INSERT INTO review_step (review_id, kind, ground, words, actor_id,"
    " at) VALUES (1, 'HIDDEN', 'INSULT', 'a', 1, '2026-11-01 00:00:00')",
    "inquiry_step": f"{AN_INQUIRY};INSERT INTO inquiry_step (inquiry_id, at, actor_id, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 1, 'ASKED', '')",
    "quotation": AN_INQUIRY,
    "quotation_line": f"{AN_INQUIRY};INSERT INTO inquiry_line (id, inquiry_id, position, words,"
    " packs) VALUES (1, 1, 1, 'a', 1);INSERT INTO quotation_line (quotation_id, line_id,"
    " variant_id, price_fen) VALUES (1, 1, 1, 1)",
    "audit_link": "INSERT INTO audit_link (entry_id, position, previous_hash, hash)"
    " VALUES (1, 1, 'a', 'b')",
    "after_sale_step": "INSERT INTO refund (id, order_id, state, amount_fen, reason, requested_by,"
    " requested_at) VALUES (1, 1, 'REQUESTED', 1, '', 1, '2026-11-01 00:00:00');"
    "INSERT INTO after_sale_step (refund_id, at, kind, words, uploads)"
    " VALUES (1, '2026-11-01 00:00:00', 'ASKED', '', '[]')",
    "bank_match": "INSERT INTO bank_statement (id, name, sha256, layout, imported_by, imported_at)"
    " VALUES (1, 'a', 'a', 'a', 1, '2026-11-01 00:00:00');"
    "INSERT INTO bank_line (id, statement_id, reference, booked_on, amount_fen, other_name,"
    " other_number, text, state, reason) VALUES (1, 1, 'a', '2026-11-01', 1, '', '', '', 'MATCHED',"
    " ''); INSERT INTO bank_match (line_id, unit_id, amount_fen, matched_at)"
    " VALUES (1, 1, 1, '2026-11-01 00:00:00')",
    "filing_step": "INSERT INTO quota_filing (id, unit_id, year, revision, state, headcount,"
    " canteen_status, canteen_spend_fen, union_spend_fen, remark, effective_on, reason, filed_by,"
    " filed_at) VALUES (1, 1, 2026, 1, 'DRAFT', 1, 'OWN', 0, 0, '', '2026-01-01', '', 1,"
    " '2026-11-01 00:00:00');"
    "INSERT INTO filing_step (filing_id, at, actor_id, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 1, 'WRITTEN', '')",
    "offline_step": "INSERT INTO offline_purchase (id, number, unit_id, producer_id, outlet,"
    " bought_on, fund, invoice_number, invoice_fen, goods_fen, remark, state, filed_by, filed_at)"
    " VALUES (1, 'a', 1, 1, 'FAIR', '2026-11-01', 'UNION', 'a', 1, 1, '', 'FILED', 1,"
    " '2026-11-01 00:00:00');"
    "INSERT INTO offline_step (offline_id, at, actor_id, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 1, 'FILED', '')",
    "bulletin_issue": "INSERT INTO bulletin (id, county_code, period, state, title, words, reasons,"
    " facts, as_of, turn, edited_by, edited_at) VALUES (1, '420304', '2026-10', 'DRAFT', 'a', '',"
    " '{}', '{}', '2026-10-31', 1, 1, '2026-11-01 00:00:00');"
    "INSERT INTO bulletin_issue (bulletin_id, number, title, words, reasons, facts, as_of, sha256,"
    " edited_by, signed_by, signed_at) VALUES (1, 1, 'a', '', '{}', '{}', '2026-10-31', 'a', 1, 2,"
    " '2026-11-01 00:00:00')",
    "bulletin_step": "INSERT INTO bulletin (id, county_code, period, state, title, words, reasons,"
    " facts, as_of, turn, edited_by, edited_at) VALUES (1, '420304', '2026-10', 'DRAFT', 'a', '',"
    " '{}', '{}', '2026-10-31', 1, 1, '2026-11-01 00:00:00');"
    "INSERT INTO bulletin_step (bulletin_id, kind, at, actor_id, words)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', 1, '')",
    "legal_text": "INSERT INTO legal_text (kind, version, title, body, reason, published_at,"
    " in_force_from) VALUES ('TERMS', 1, 'a', 'a', '', '2026-11-01 00:00:00', '2026-11-01')",
    "county_setting": "INSERT INTO county_setting (county_code, name, version, value, from_at,"
    " asked_by, decided_by, reason)"
    " VALUES ('420304', 'a', 1, '1', '2026-11-01 00:00:00', 1, 2, '')",
    "audit_verdict": "INSERT INTO audit_verdict (at, links, unsealed, heads)"
    " VALUES ('2026-11-01 00:00:00', 0, 0, '{}')",
    "signal_rule": "INSERT INTO signal_rule (kind, version, thresholds, from_at, decided_by,"
    " reason) VALUES ('YEAR_END', 2, '{}', '2026-11-01 00:00:00', 1, 'a')",
    "signal_step": "INSERT INTO signal (id, kind, version, key, subject_kind, subject_id,"
    " happened_on, found_at, evidence, state, unit_asked, producer_asked) VALUES (1, 'YEAR_END',"
    " 1, 'a', 'unit', 1, '2026-11-01', '2026-11-01 00:00:00', '{}', 'OPEN', '0', '0');"
    "INSERT INTO signal_step (signal_id, kind, at, words)"
    " VALUES (1, 'FOUND', '2026-11-01 00:00:00', '')",
    "host_step": "INSERT INTO host_step (host_id, kind, at, actor_id, words)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', 1, '')",
    "livestream_rule": "INSERT INTO livestream_rule (county_code, version, window_days,"
    " grace_hours, code_beats_link, units_earn, from_at, reason)"
    " VALUES ('420304', 1, 7, 24, '1', '0', '2026-11-01 00:00:00', '')",
    "session_entry": "INSERT INTO session_entry (session_id, kind, at, words, facts)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', '', '{}')",
    "dispute_step": "INSERT INTO commission_dispute (id, host_id, order_id, state, asked_by,"
    " asked_at, words, answer) VALUES (1, 1, 1, 'REFUSED', 1, '2026-11-01 00:00:00', '', '');"
    "INSERT INTO dispute_step (dispute_id, kind, at, actor_id, words)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', 1, '')",
    "commission_settlement_line": "INSERT INTO commission_settlement (id, payee, host_id, period,"
    " number, carried_fen, amount_fen, closing_fen, tax_fen, invoice_number, frozen_at, frozen_by)"
    " VALUES (1, 'host:1', 1, '2026-10', 'a', 0, 1, 1, 0, '', '2026-11-01 00:00:00', 1);"
    "INSERT INTO commission_settlement_line (payee, entry_id, settlement_id, order_id, amount_fen)"
    " VALUES ('host', 1, 1, 1, 1)",
    "settlement_line": "INSERT INTO settlement (id, producer_id, period, number, carried_fen,"
    " amount_fen, closing_fen, frozen_at) VALUES (1, 1, '2026-10', 'a', 0, 1, 1,"
    " '2026-11-01 00:00:00');"
    "INSERT INTO settlement_line (entry_id, settlement_id, amount_fen) VALUES (1, 1, 1)",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("rewrite", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_the_books(
    session: Session, county: County, table: str, rewrite: str
) -> None:
    assert county.unit_id
    statement = rewrite.format(table).replace("SET id = id", _harmless(table))
    if table in ONE_ROW:
        for statement_of_row in ONE_ROW[table].split(";"):
            session.execute(text(statement_of_row))
        session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))
    session.rollback()


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
