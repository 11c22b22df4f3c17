"""What a transfer could be for: purchases its words name, and those of whoever sent it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.paging import in_parts
from marketplace.ordering.queries import outstanding_by_purchase, owed_by_buyer
from marketplace.payments.models import BankAccount, BankLine, Payment, Payout
from marketplace.payments.rules import Method
from marketplace.payments.rules.matching import (
    Decision,
    OpenPurchase,
    codes_in,
    decide,
    seems_to_name_a_code,
)

MOST_OPEN = 50


@dataclass(frozen=True)
class Payer:
    """Who declared the account that a transfer came from."""

    unit_id: int | None
    person_id: int | None


def find_payout_of(session: Session, line: BankLine, numbers: Sequence[str]) -> Payout | None:
    """The payout of these numbers that a transfer of the bank's carried out or brought back."""
    if not numbers:
        return None
    wanted = select(Payout).where(
        Payout.number.in_(numbers),
        Payout.road == "BANK",
        Payout.state == ("RELEASED" if line.amount_fen < 0 else "PAID"),
        Payout.amount_fen == abs(line.amount_fen),
    )
    return session.scalars(wanted.order_by(Payout.id).limit(1)).one_or_none()


def propose(session: Session, line: BankLine) -> Decision:
    """What an incoming transfer is for, as far as it can be told."""
    named = _named(session, line.text)
    payer = None if named else find_payer(session, line.other_number_mark)
    of_payer = _open_of(session, payer) if payer else None
    wrong = not named and seems_to_name_a_code(line.text)
    return decide(line.amount_fen, named, of_payer, wrong_code=wrong)


def find_payer(session: Session, mark: str) -> Payer | None:
    """Whoever declared the account of this mark; where two did, nobody can be sure."""
    if not mark:
        return None
    rows = session.execute(
        select(BankAccount.unit_id, BankAccount.person_id)
        .where(BankAccount.number_mark == mark, BankAccount.withdrawn_at.is_(None))
        # Those who sell are paid to theirs, and buy from another.
        .where(BankAccount.unit_id.is_not(None) | BankAccount.person_id.is_not(None))
        .distinct()
        .limit(2)
    ).all()
    return Payer(*rows[0]) if len(rows) == 1 else None


def _named(session: Session, text: str) -> Sequence[OpenPurchase]:
    """Purchases by the codes in the words, each once, in the order in which they are named.

    One that owes nothing any more still is what the money was meant for.
    """
    codes = codes_in(text)
    asked: dict[str, tuple[int, int]] = {}
    for few in in_parts(codes, 200):
        rows = session.execute(
            select(Payment.remittance_code, Payment.purchase_id, Payment.amount_fen).where(
                Payment.remittance_code.in_(few), Payment.method == Method.BANK_TRANSFER
            )
        )
        asked |= {code: (purchase_id, amount_fen) for code, purchase_id, amount_fen in rows}
    purchases = {asked[code][0]: asked[code][1] for code in codes if code in asked}
    owed = outstanding_by_purchase(session, purchases)
    return [OpenPurchase(one, owed.get(one) or asked_fen) for one, asked_fen in purchases.items()]


def _open_of(session: Session, payer: Payer) -> Sequence[OpenPurchase]:
    owed = owed_by_buyer(session, payer.unit_id, payer.person_id, MOST_OPEN)
    return [OpenPurchase(purchase_id, owed_fen) for purchase_id, owed_fen in owed.items()]
