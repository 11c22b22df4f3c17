"""Batches for the bank and what came of them: released by another, never paid twice."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, InvalidInput
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import ESCROW, OUTGOING
from marketplace.payments.commands import (
    discard_batch,
    import_statement,
    make_batch,
    match_line,
    note_results,
    pay_settlement,
    release_batch,
)
from marketplace.payments.models import Payout
from marketplace.payments.queries import bank_file
from marketplace.payments.rules.payouts import (
    PayoutDecided,
    PayoutReferenceUsed,
    Result,
    numbers_in,
    read_results,
)
from marketplace.payments.rules.settlement import (
    BatchDecided,
    BatchNotReleased,
    EmptyBatch,
    NothingToPayOut,
    OwnBatch,
)
from marketplace.reports.queries import reconcile
from tests.county import County
from tests.payments.bank import plain_file
from tests.payments.settling import IN_DECEMBER, declare, frozen, owed, released, sold, told


@pytest.fixture
def county(session: Session, county: County) -> County:
    declare(session, county)
    return county


def test_whoever_made_a_batch_cannot_release_it(session, county):
    sold(session, county)
    frozen(session, county)
    payout = session.scalars(select(Payout)).one()
    batch = make_batch(session, county.cashier, [payout.id], IN_DECEMBER)
    with pytest.raises(OwnBatch):
        release_batch(session, county.cashier, batch.id, IN_DECEMBER)
    with pytest.raises(Forbidden):
        release_batch(session, county.auditor, batch.id, IN_DECEMBER)
    with pytest.raises(BatchNotReleased):
        bank_file(session, batch.id)
    batch.state, batch.released_by = "RELEASED", county.cashier.person_id
    with pytest.raises(DatabaseError):
        session.flush()
    session.rollback()


def test_a_payout_is_in_one_batch_and_a_discarded_batch_sets_it_free(session, county):
    sold(session, county)
    frozen(session, county)
    payout = session.scalars(select(Payout)).one()
    batch = make_batch(session, county.cashier, [payout.id], IN_DECEMBER)
    for wanted in ([payout.id], [], [999]):
        with pytest.raises(EmptyBatch):
            make_batch(session, county.cashier, wanted, IN_DECEMBER)
    discard_batch(session, county.cashier, batch.id, IN_DECEMBER)
    with pytest.raises(BatchDecided):
        release_batch(session, county.operator, batch.id, IN_DECEMBER)
    released(session, county)
    with pytest.raises(BatchDecided):
        discard_batch(session, county.cashier, payout.batch_id, IN_DECEMBER)


def test_the_file_is_the_same_whenever_it_is_taken(session, county):
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    assert payout.batch_id is not None
    row, first = bank_file(session, payout.batch_id)
    note_results(session, county.cashier, [Result(payout.number, True, "R1")], IN_DECEMBER)
    assert bank_file(session, payout.batch_id)[1] == first
    assert first[2][1:6] == (
        payout.number,
        "会沟村食用菌合作社",
        "81010000111",
        "郧阳农商行",
        "128.06",
    )
    assert row.amount_fen == 12_806


def test_paid_twice_is_paid_once_and_another_number_is_refused(session, county):
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    told = Result(payout.number, True, "R1")
    assert note_results(session, county.cashier, [told], IN_DECEMBER) == 1
    assert note_results(session, county.cashier, [told], IN_DECEMBER) == 0
    other = Result(payout.number, True, "R2")
    with pytest.raises(PayoutDecided):
        note_results(session, county.cashier, [other], IN_DECEMBER)
    assert balance_of(session, OUTGOING) == 0
    assert reconcile(session) == []


def test_returned_by_the_bank_it_is_owed_again_and_paid_anew(session, county):
    sold(session, county)
    settlement = frozen(session, county)
    payout = released(session, county)
    result = Result(payout.number, False, reason="户名不符")
    note_results(session, county.cashier, [result], IN_DECEMBER)
    assert (owed(session, county), balance_of(session, OUTGOING)) == (12_806, 0)
    assert told(session, "clerk@test")[-1] == (
        "银行退回了 会沟村食用菌合作社 2026-11 的结算款 128.06 元,请核对登记的收款账户"
    )
    assert reconcile(session) == []
    pay_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    with pytest.raises(NothingToPayOut):
        pay_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    again = released(session, county)
    note_results(session, county.cashier, [Result(again.number, True, "R2")], IN_DECEMBER)
    assert (owed(session, county), balance_of(session, OUTGOING)) == (0, 0)
    assert reconcile(session) == []


def test_the_banks_own_lines_say_paid_and_returned(session, county):
    """Out with the payout's number in the words, and back again: both are told apart."""
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    assert numbers_in(f"货款 {payout.number[:6].lower()} {payout.number[6:]}结算") == [
        payout.number
    ]
    out = ("2026-12-05", "OUT1", "-128.06", "合作社", "8101", f"付款{payout.number}")
    back = ("2026-12-05", "BACK1", "128.06", "合作社", "8101", f"退汇 {payout.number}")
    for line in (out, back):
        imported = import_statement(session, county.cashier, plain_file(line), IN_DECEMBER)
        match_line(session, imported.new_lines[0], IN_DECEMBER)
        assert reconcile(session) == []
    assert (payout.state, payout.reference, payout.returned_reference) == (
        "RETURNED",
        "OUT1",
        "BACK1",
    )
    assert owed(session, county) == 12_806
    assert balance_of(session, ESCROW) == 12_806


def test_a_number_that_came_with_the_bank_is_not_told_again_by_hand(session, county):
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    line = ("2026-12-05", "OUT9", "-128.06", "合作社", "8101", "付款")
    import_statement(session, county.cashier, plain_file(line), IN_DECEMBER)
    with pytest.raises(PayoutReferenceUsed):
        note_results(session, county.cashier, [Result(payout.number, True, "OUT9")], IN_DECEMBER)


def test_every_bad_row_of_the_banks_answer_is_named_and_nothing_is_written(session, county):
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    session.commit()
    rows = [
        ["付款编号", "结果", "流水号", "原因"],
        [payout.number, "成功", "R1", ""],
        ["T0000000000", "成功", "R2", ""],
        [payout.number[:-1], "失败", "", "户名不符"],
    ]
    with pytest.raises(InvalidInput) as refused:
        note_results(session, county.cashier, read_results(rows), IN_DECEMBER)
    assert [error.row for error in refused.value.errors] == [3, 4]
    session.rollback()
    assert session.get_one(Payout, payout.id).state == "RELEASED"


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([["a", "b"]], [None]),
        ([["付款编号", "结果"]], [None]),
        ([["付款编号", "结果"], ["T1", "也许"]], [2]),
        ([["付款编号", "结果"], ["T1", "成功"]], [2]),
        ([["付款编号", "结果"], ["T1", "失败"], ["T1", "失败"]], [3]),
    ],
)
def test_an_answer_that_cannot_be_read_is_named(rows, named):
    with pytest.raises(InvalidInput) as refused:
        read_results(rows)
    assert [error.row for error in refused.value.errors] == named
