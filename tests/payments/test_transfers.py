"""Telling what a transfer is for, and giving it to that."""

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, InvalidInput
from marketplace.core.ids import ALPHABET, check_character, new_code
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import SUSPENSE, credit_account
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Purchase
from marketplace.payments.commands import (
    ask_for_payment,
    confirm_payment,
    declare_account,
    give_by_hand,
    import_statement,
    match_line,
    set_aside,
    withdraw_account,
)
from marketplace.payments.models import BankLine, BankMatch, Payment
from marketplace.payments.rules import Receipt, ReferenceImported
from marketplace.payments.rules.accounts import GivenAccount, Holder
from marketplace.payments.rules.matching import (
    LineDecided,
    Part,
    PartsDiffer,
    codes_in,
)
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import orders_of, placed
from tests.payments.bank import plain_file

NUMBER = "17020001112222"


def asked(session: Session, county: County, packs: int = 2) -> tuple[Purchase, Payment]:
    """A purchase, and a payment that was asked for it by transfer."""
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, packs)))
    payment = ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START)
    return purchase, payment


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def arrive(session: Session, county: County, fen: int, words: str = "", number: str = ""):
    """One transfer, taken in and matched as far as it can be."""
    reference = f"B{new_code(8)}"
    line = ("2026-11-20", reference, yuan(fen), "某单位", number, words)
    imported = import_statement(session, county.cashier, plain_file(line), START)
    return match_line(session, imported.new_lines[0], START)


def declare(session: Session, county: County, number: str = NUMBER) -> int:
    account = GivenAccount("区财政局", number, "建设银行")
    holder = Holder(unit_id=county.unit_id)
    return declare_account(session, county.finance, holder, account, START).id


def payment_states(session: Session, purchase: Purchase) -> set[str]:
    return {order.payment_state for order in orders_of(session, purchase.id)}


def credit(session: Session, county: County) -> int:
    return -balance_of(session, credit_account(county.unit_id, 0))


CODES = st.text(ALPHABET, min_size=7, max_size=7).map(lambda body: body + check_character(body))


@any_of(CODES, st.text(max_size=20), st.text(max_size=20), st.booleans())
def test_a_code_is_found_however_it_is_written(code, before, after, small):
    written = f"{code[:4]} {code[4:]}".lower() if small else f"{code[:4]}-{code[4:]}"
    assert code in codes_in(f"{before}货款{written}元{after}")


@pytest.mark.parametrize("words", ["{}", "货款{}", "付 {} 采购", "付({})"])
def test_the_code_and_the_sum_match_by_themselves(session, county, words):
    purchase, payment = asked(session, county)
    line = arrive(
        session, county, payment.amount_fen, words.format(payment.remittance_code.lower())
    )
    assert (line.state, line.reason) == ("MATCHED", "by_code")
    assert payment.reference == line.reference
    assert payment_states(session, purchase) == {"PAID"}
    assert balance_of(session, SUSPENSE) == 0
    assert reconcile(session) == []


def test_too_little_is_a_part_and_the_rest_completes_it_under_the_same_code(session, county):
    purchase, payment = asked(session, county)
    line = arrive(session, county, 5_000, payment.remittance_code)
    assert (line.state, line.reason) == ("MATCHED", "by_code_part")
    assert payment_states(session, purchase) == {"PART_PAID"}
    rest = arrive(session, county, payment.amount_fen - 5_000, payment.remittance_code)
    assert (rest.state, rest.reason) == ("MATCHED", "by_code")
    assert payment_states(session, purchase) == {"PAID"}
    assert reconcile(session) == []


def test_too_much_becomes_credit_and_so_does_a_second_transfer(session, county):
    _purchase, payment = asked(session, county)
    line = arrive(session, county, payment.amount_fen + 77, payment.remittance_code)
    assert (line.state, line.reason) == ("MATCHED", "by_code_over")
    assert credit(session, county) == 77
    arrive(session, county, payment.amount_fen, payment.remittance_code)
    assert credit(session, county) == 77 + payment.amount_fen
    assert reconcile(session) == []


def test_money_for_a_cancelled_purchase_becomes_credit(session, county):
    purchase, payment = asked(session, county)
    ordering.cancel_purchase(session, county.buyer, purchase.id, "不要了", START)
    line = arrive(session, county, payment.amount_fen, payment.remittance_code)
    assert line.state == "MATCHED"
    assert credit(session, county) == payment.amount_fen
    assert reconcile(session) == []


def test_one_transfer_that_names_several_purchases_pays_them_all(session, county):
    (one, first), (two, second) = asked(session, county, 1), asked(session, county, 3)
    words = f"{first.remittance_code},{second.remittance_code}"
    line = arrive(session, county, first.amount_fen + second.amount_fen, words)
    assert (line.state, line.reason) == ("MATCHED", "by_codes")
    assert payment_states(session, one) == payment_states(session, two) == {"PAID"}
    assert len(session.scalars(select(BankMatch)).all()) == 2
    assert reconcile(session) == []


def test_several_codes_with_another_sum_wait(session, county):
    (_one, first), (_two, second) = asked(session, county, 1), asked(session, county, 3)
    words = f"{first.remittance_code} {second.remittance_code}"
    line = arrive(session, county, first.amount_fen + second.amount_fen - 1, words)
    assert (line.state, line.reason) == ("WAITING", "codes_differ")
    assert reconcile(session) == []


def test_a_declared_payer_with_one_fitting_purchase_needs_no_code(session, county):
    purchase, payment = asked(session, county)
    declare(session, county)
    line = arrive(session, county, payment.amount_fen, "货款", NUMBER)
    assert (line.state, line.reason) == ("MATCHED", "by_payer")
    assert payment_states(session, purchase) == {"PAID"}


def test_a_unit_that_asked_for_no_payment_is_known_by_its_account_too(session, county):
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 2)))
    declare(session, county)
    line = arrive(session, county, 2 * county.mushrooms.price_fen, "货款", NUMBER)
    assert (line.state, line.reason) == ("MATCHED", "by_payer")
    assert payment_states(session, purchase) == {"PAID"}
    assert reconcile(session) == []


@pytest.mark.parametrize(
    ("packs", "fen", "reason"),
    [
        ((2, 2), 12_806, "ambiguous"),
        ((1, 3), 25_612, "several"),
        ((1,), 999, "payer_owes_nothing"),
        ((), 999, "payer_owes_nothing"),
    ],
)
def test_what_is_not_certain_waits_with_its_reason(session, county, packs, fen, reason):
    for one in packs:
        asked(session, county, one)
    declare(session, county)
    line = arrive(session, county, fen, "货款", NUMBER)
    assert (line.state, line.reason) == ("WAITING", reason)
    assert reconcile(session) == []


@pytest.mark.parametrize(
    ("words", "reason"), [("货款", "payer_unknown"), ("AB3D5F7H", "wrong_code")]
)
def test_nothing_to_go_by_waits(session, county, words, reason):
    asked(session, county)
    line = arrive(session, county, 12_806, words, "999")
    assert (line.state, line.reason) == ("WAITING", reason)


def test_a_withdrawn_account_is_not_known_any_more(session, county):
    asked(session, county)
    account = declare(session, county)
    withdraw_account(session, county.finance, account, START)
    line = arrive(session, county, 12_806, "货款", NUMBER)
    assert line.reason == "payer_unknown"


def test_the_cashier_splits_a_transfer_over_purchases_and_credit(session, county):
    (one, _first), (two, _second) = asked(session, county, 1), asked(session, county, 3)
    line = arrive(session, county, 30_000)
    parts = (Part(one.id, 6_403), Part(two.id, 19_209))
    give_by_hand(session, county.cashier, line.id, (parts, county.unit_id), START)
    assert line.state == "MATCHED"
    assert payment_states(session, one) == payment_states(session, two) == {"PAID"}
    assert credit(session, county) == 30_000 - 6_403 - 19_209
    assert balance_of(session, SUSPENSE) == 0
    assert reconcile(session) == []
    with pytest.raises(LineDecided):
        give_by_hand(session, county.cashier, line.id, (parts, None), START)


@pytest.mark.parametrize("fen", [1, 6_402, 6_404])
def test_parts_that_do_not_make_the_whole_are_refused(session, county, fen):
    purchase, _payment = asked(session, county, 1)
    line = arrive(session, county, 6_403)
    with pytest.raises(PartsDiffer):
        give_by_hand(session, county.cashier, line.id, ((Part(purchase.id, fen),), None), START)
    assert line.state == "WAITING"


def test_a_purchase_that_was_named_twice_is_paid_the_sum(session, county):
    """By its number in one row and by its code in the next."""
    purchase, _payment = asked(session, county)
    line = arrive(session, county, 12_806)
    parts = (Part(purchase.id, 403), Part(purchase.id, 12_403))
    give_by_hand(session, county.cashier, line.id, (parts, None), START)
    assert payment_states(session, purchase) == {"PAID"}
    assert (credit(session, county), balance_of(session, SUSPENSE)) == (0, 0)
    assert reconcile(session) == []


def test_only_the_cashier_decides(session, county):
    line = arrive(session, county, 6_403)
    for other in (county.auditor, county.finance):
        with pytest.raises(Forbidden):
            give_by_hand(session, other, line.id, ((), county.unit_id), START)
        with pytest.raises(Forbidden):
            set_aside(session, other, line.id, "利息", START)


def test_bank_charges_are_set_aside_with_a_reason_and_stay_in_sight(session, county):
    line = arrive(session, county, -500)
    assert (line.state, line.reason) == ("WAITING", "outgoing")
    with pytest.raises(InvalidInput):
        set_aside(session, county.cashier, line.id, "  ", START)
    set_aside(session, county.cashier, line.id, "银行手续费", START)
    assert (line.state, line.reason) == ("SET_ASIDE", "银行手续费")
    assert balance_of(session, SUSPENSE) == 500
    assert reconcile(session) == []


def test_what_was_confirmed_by_hand_is_not_booked_again(session, county):
    _purchase, payment = asked(session, county)
    receipt = Receipt(payment.amount_fen, START.date(), "B0001")
    confirm_payment(session, county.cashier, payment.id, receipt, START)
    line = ("2026-11-20", "B0001", yuan(payment.amount_fen), "", "", "")
    import_statement(session, county.cashier, plain_file(line), START)
    assert session.scalars(select(BankLine.state)).all() == ["KNOWN"]
    assert reconcile(session) == []


def test_a_hand_that_wrote_another_sum_than_the_bank_is_found(session, county):
    _purchase, payment = asked(session, county)
    receipt = Receipt(payment.amount_fen, START.date(), "B0001")
    confirm_payment(session, county.cashier, payment.id, receipt, START)
    line = ("2026-11-20", "B0001", "1.00", "", "", "")
    import_statement(session, county.cashier, plain_file(line), START)
    assert [(one.check, one.row) for one in reconcile(session)] == [
        ("bank.line", "bank_line:B0001")
    ]


def test_a_number_that_the_bank_has_told_of_cannot_be_confirmed_by_hand(session, county):
    _purchase, payment = asked(session, county)
    line = arrive(session, county, 12_806)
    receipt = Receipt(12_806, START.date(), line.reference)
    with pytest.raises(ReferenceImported):
        confirm_payment(session, county.cashier, payment.id, receipt, START)


def test_matching_a_line_again_does_nothing(session, county):
    _purchase, payment = asked(session, county)
    line = arrive(session, county, payment.amount_fen, payment.remittance_code)
    match_line(session, line.id, START)
    assert len(session.scalars(select(BankMatch)).all()) == 1
