"""Taking in a bank's statement: every line once, booked as money that nobody has told apart."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, text, union_all
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.closed import mark_words, seal_words
from marketplace.core.db import insert_into
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.identity import Identity
from marketplace.core.money import format_yuan
from marketplace.core.paging import in_parts
from marketplace.core.sheets import read_sheet
from marketplace.ledger.commands import post
from marketplace.ledger.rules import ESCROW, SUSPENSE, Movement, transfer
from marketplace.outbox.commands import put
from marketplace.payments.models import BankLine, BankMatch, BankStatement, Payment, Payout
from marketplace.payments.rules import require_cashier
from marketplace.payments.rules.accounts import words_to_mark
from marketplace.payments.rules.matching import Reason
from marketplace.payments.rules.statements import (
    KNOWN_OTHERWISE,
    MOST_ERRORS,
    Layout,
    StatementLine,
    read_statement,
)
from marketplace.uploads.rules import GivenFile, plain_name

MATCH_JOB = "payments.match_line"
AT_ONCE = 500


@dataclass(frozen=True)
class Imported:
    """What a file brought: lines that are new, and how many were there before."""

    statement_id: int
    new_lines: tuple[int, ...]
    old_lines: int


def wait_for_statements(session: Session) -> None:
    """Held until this transaction ends: nobody takes a statement in, or writes a number of the
    bank's down by hand, at the same moment. Otherwise neither would see the other, and one
    transfer would be booked twice. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE bank_statement IN SHARE ROW EXCLUSIVE MODE"))


def is_noted(session: Session, reference: str) -> bool:
    """Whether a payment or a payout bears this number of the bank's: it is that of one transfer."""
    bearing = (
        select(Payment.id).where(Payment.reference == reference),
        select(Payout.id).where(
            (Payout.reference == reference) | (Payout.returned_reference == reference)
        ),
    )
    return any(session.scalar(one.limit(1)) is not None for one in bearing)


def is_imported(session: Session, reference: str) -> bool:
    """Whether the bank's own file told of this transfer."""
    return session.scalar(select(BankLine.id).where(BankLine.reference == reference)) is not None


def import_statement(
    session: Session, identity: Identity, file: GivenFile, now: datetime
) -> Imported:
    """Takes in a statement, whole or not at all. The same file, or the same line, is one.

    What each line is for is found out afterwards, line by line (`match_line`).
    """
    require_cashier(identity)
    rows = read_sheet(file.field, file.content)
    layout, lines = read_statement(rows, day_of(now), file.field)
    wait_for_statements(session)
    _require_same(session, layout, lines)
    row = insert_into(session, BankStatement).values(
        name=plain_name(file.name),
        sha256=hashlib.sha256(file.content).hexdigest(),
        layout=layout.code,
        imported_by=identity.person_id,
        imported_at=now,
    )
    new = row.on_conflict_do_nothing(index_elements=["sha256"]).returning(BankStatement.id)
    statement_id = session.execute(new).scalar_one_or_none()
    if statement_id is None:
        return _known_file(session, file, len(lines))
    new_lines = _add_lines(session, statement_id, lines, now)
    record(
        session,
        actor_id=identity.person_id,
        action="statement.imported",
        object_kind="bank_statement",
        object_id=str(statement_id),
        before=None,
        after={"lines": len(lines), "new": len(new_lines), "layout": layout.code},
        now=now,
    )
    return Imported(statement_id, new_lines, len(lines) - len(new_lines))


def _require_same(session: Session, layout: Layout, lines: Sequence[StatementLine]) -> None:
    """What was taken in before is told again as it was. Raises InvalidInput with every row that
    has a known number and another sum or payer: one of the two is not the bank's."""
    errors = []
    for few in in_parts(lines, AT_ONCE):
        by_reference = {line.reference: line for line in few}
        known = select(BankLine).where(BankLine.reference.in_(by_reference))
        for before in session.scalars(known):
            line = by_reference[before.reference]
            if before.amount_fen != line.amount_fen or _is_of_another(session, before, line):
                facts = {"payer": before.other_name, "sum": format_yuan(before.amount_fen)}
                told = (("value", line.reference), *facts.items())
                column = layout.reference[0]
                errors.append(FieldError(column, KNOWN_OTHERWISE, told, line.row))
    if errors:
        errors.sort(key=lambda one: one.row or 0)
        raise InvalidInput(*errors[:MOST_ERRORS])


def _is_of_another(session: Session, before: BankLine, line: StatementLine) -> bool:
    """An account tells who it is; where one of the two names none, the name does."""
    mark = mark_words(session, words_to_mark(line.other_number))
    if mark and before.other_number_mark:
        return mark != before.other_number_mark
    return bool(line.other_name and before.other_name) and line.other_name != before.other_name


def _known_file(session: Session, file: GivenFile, lines: int) -> Imported:
    digest = hashlib.sha256(file.content).hexdigest()
    known = select(BankStatement.id).where(BankStatement.sha256 == digest)
    return Imported(session.scalars(known).one(), (), lines)


def _add_lines(
    session: Session, statement_id: int, lines: Sequence[StatementLine], now: datetime
) -> tuple[int, ...]:
    """Writes the lines that are new and books them. In the order of their references: two
    files that hold the same lines wait for each other and never lock each other out."""
    ordered = sorted(lines, key=lambda line: line.reference)
    new_ids: list[int] = []
    for few in in_parts(ordered, AT_ONCE):
        known = _confirmed_by_hand(session, few)
        rows = [
            _row(statement_id, line, known.get(line.reference), now)
            | _sealed(session, line.other_number)
            for line in few
        ]
        added = insert_into(session, BankLine).values(rows)
        added = added.on_conflict_do_nothing(index_elements=["reference"])
        new_ids += session.scalars(added.returning(BankLine.id))
    new_ids.sort()
    for few_ids in in_parts(new_ids, AT_ONCE):
        _book(session, few_ids, now)
    return tuple(new_ids)


def _row(
    statement_id: int, line: StatementLine, known_fen: int | None, now: datetime
) -> dict[str, Any]:
    by_hand = known_fen is not None
    return {
        "statement_id": statement_id,
        "reference": line.reference,
        "booked_on": line.booked_on,
        "amount_fen": line.amount_fen,
        "other_name": line.other_name,
        "text": line.text,
        "state": "KNOWN" if by_hand else "WAITING",
        "reason": Reason.KNOWN if by_hand else "",
        "decided_at": now if by_hand else None,
    }


def _sealed(session: Session, number: str) -> dict[str, str]:
    """From which account, so that nobody reads it who has the database alone."""
    return {
        "other_number_sealed": seal_words(session, number),
        "other_number_mark": mark_words(session, words_to_mark(number)),
    }


def _confirmed_by_hand(session: Session, lines: Sequence[StatementLine]) -> dict[str, int]:
    """What was confirmed by hand before the bank's file came: it is in the books already. A
    payment that a line of the bank's was given to is not: its number may be that of a part."""
    references = [line.reference for line in lines]
    given = exists().where(BankMatch.payment_id == Payment.id)
    rows = session.execute(
        union_all(
            select(Payment.reference, Payment.received_fen).where(
                Payment.reference.in_(references), ~given
            ),
            select(Payout.reference, -Payout.amount_fen).where(Payout.reference.in_(references)),
            select(Payout.returned_reference, Payout.amount_fen).where(
                Payout.returned_reference.in_(references)
            ),
        )
    )
    return {str(reference): int(amount_fen) for reference, amount_fen in rows}


def _book(session: Session, line_ids: Sequence[int], now: datetime) -> None:
    waiting = session.scalars(
        select(BankLine)
        .where(BankLine.id.in_(line_ids), BankLine.state == "WAITING")
        .order_by(BankLine.id)
    ).all()
    post(session, [_arrived(line) for line in waiting], now)
    for line in waiting:
        asked = {"line_id": line.id}
        put(session, MATCH_JOB, asked, effect_key=f"bank-line:{line.id}/match", now=now)


def _arrived(line: BankLine) -> Movement:
    """In: our account holds more, and we owe it to somebody. Out: the other way round."""
    return transfer(
        f"bank-line:{line.id}",
        f"银行流水 {line.reference}"[:200],
        debit=ESCROW,
        credit=SUSPENSE,
        amount_fen=line.amount_fen,
    )
