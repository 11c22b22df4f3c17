"""Giving a transfer to what it is for: by itself where that is certain, else by the cashier."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.core.money import format_yuan
from marketplace.ledger.commands import Move, enter
from marketplace.ledger.rules import SUSPENSE, credit_account, transfer
from marketplace.ordering.commands.record import lock_purchase
from marketplace.ordering.rules import PurchaseState
from marketplace.payments.commands.payouts import lock_payout, mark_paid, mark_returned
from marketplace.payments.commands.receive import OPEN, add_payment, lock_payment, take_all
from marketplace.payments.commands.statements import is_imported, is_noted
from marketplace.payments.models import BankLine, BankMatch, Payment, Payout
from marketplace.payments.queries.matching import find_payout_of, propose
from marketplace.payments.rules import Method, Receipt, require_cashier
from marketplace.payments.rules.matching import LineDecided, NotPlaced, Part, PartsDiffer, Reason
from marketplace.payments.rules.payouts import NoSuchPayout, numbers_in
from marketplace.units.queries import get_unit

LONGEST_REFERENCE = 80
UNDECIDED = ("WAITING", "SET_ASIDE")
UNPLACED = (PurchaseState.DRAFT, PurchaseState.IN_APPROVAL, PurchaseState.REJECTED)


def lock_line(session: Session, line_id: int) -> BankLine:
    """The line, held until this transaction ends. Raises NotFound."""
    line = session.scalar(
        select(BankLine)
        .where(BankLine.id == line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if line is None:
        raise NotFound
    return line


def match_line(session: Session, line_id: int, now: datetime) -> BankLine:
    """Books a line that waits, if it is certain what it is for; else says why it waits."""
    line = lock_line(session, line_id)
    if line.state != "WAITING":
        return line
    payout = find_payout_of(session, line, numbers_in(line.text))
    if payout is not None:
        _match_payout(session, line, payout, None, now)
    elif line.amount_fen < 0:
        line.reason = Reason.OUTGOING
    else:
        decision = propose(session, line)
        line.reason = decision.reason
        if decision.certain:
            _give(session, line, decision.parts, None, now)
    session.flush()
    return line


def left_of(amount_fen: int, parts: Sequence[Part], unit_id: int | None) -> int:
    """What a unit keeps of a transfer as credit. Raises PartsDiffer where it does not come out
    even and nobody keeps the rest."""
    named_fen = sum(part.amount_fen for part in parts)
    left_fen = amount_fen - named_fen
    wrong = any(part.amount_fen <= 0 for part in parts) or left_fen < 0
    if wrong or (left_fen and unit_id is None):
        raise PartsDiffer(parts=format_yuan(named_fen), amount=format_yuan(amount_fen))
    return left_fen


def give_by_hand(
    session: Session,
    identity: Identity,
    line_id: int,
    given: tuple[Sequence[Part], int | None],
    now: datetime,
) -> BankLine:
    """The cashier says what a transfer is for: purchases, and what is left to a unit's credit."""
    require_cashier(identity)
    parts, unit_id = given
    line = lock_line(session, line_id)
    _require_undecided(line)
    left_fen = left_of(line.amount_fen, parts, unit_id)
    line.reason = Reason.BY_HAND
    moves: list[Move] = []
    if left_fen and unit_id is not None:
        account = credit_account(get_unit(session, unit_id).id, 0)
        source = f"bank-line:{line.id}/credit"
        kept = transfer(source, "转入余额", debit=SUSPENSE, credit=account, amount_fen=left_fen)
        moves = enter(session, [kept], now)
    _give(session, line, parts, identity, now, moves=moves)
    if left_fen and unit_id is not None:
        _add_match(session, line, left_fen, identity, now, unit_id=unit_id)
    return line


def give_to_payout(
    session: Session, identity: Identity, line_id: int, number: str, now: datetime
) -> BankLine:
    """The cashier says which payout left with a transfer, or came back with it."""
    require_cashier(identity)
    line = lock_line(session, line_id)
    _require_undecided(line)
    payout = find_payout_of(session, line, [number.strip().upper()])
    if payout is None:
        raise NoSuchPayout(number=number)
    _match_payout(session, line, payout, identity, now)
    return line


def set_aside(
    session: Session, identity: Identity, line_id: int, reason: str, now: datetime
) -> BankLine:
    """Nothing to do with purchases: bank charges, interest. It stays in sight, with the reason."""
    require_cashier(identity)
    line = lock_line(session, line_id)
    _require_undecided(line)
    if not reason.strip():
        raise invalid("reason", N_("请写明这笔流水是什么,例如“银行手续费”。"))
    line.state, line.reason = "SET_ASIDE", reason.strip()[:300]
    _decided(session, line, identity, now)
    return line


def _require_undecided(line: BankLine) -> None:
    if line.state not in UNDECIDED:
        raise LineDecided


def _give(
    session: Session,
    line: BankLine,
    parts: Sequence[Part],
    actor: Identity | None,
    now: datetime,
    *,
    moves: Sequence[Move] = (),
) -> None:
    """All payments are held, then all purchases, each once, before the first is written. A payment
    that is new comes last: it names its purchase, which two would hold together and then each
    want for itself."""
    line.state = "MATCHED"
    wanted: dict[int, int] = {}
    for part in parts:
        wanted[part.purchase_id] = wanted.get(part.purchase_id, 0) + part.amount_fen
    ordered = [Part(purchase_id, wanted[purchase_id]) for purchase_id in sorted(wanted)]
    held = [_find_open(session, part.purchase_id) for part in ordered]
    for part in ordered:
        _require_placed(session, part.purchase_id)
    received = []
    for place, part in enumerate(ordered):
        payment = held[place] or _add_for(session, part, now)
        reference = _reference_of(session, line, place)
        received.append((payment, Receipt(part.amount_fen, line.booked_on, reference)))
    take_all(session, received, actor, now, held_on=SUSPENSE, moves=moves)
    for payment, receipt in received:
        _add_match(session, line, receipt.received_fen, actor, now, payment_id=payment.id)
    _decided(session, line, actor, now)


def _require_placed(session: Session, purchase_id: int) -> None:
    """Raises NotPlaced. Asked once the payment is held, as everywhere: payment, then purchase."""
    purchase = lock_purchase(session, purchase_id)
    if purchase.state in UNPLACED:
        raise NotPlaced(number=purchase.number)


def _reference_of(session: Session, line: BankLine, place: int) -> str:
    """The bank's number for the first part of a transfer, with a place for every other. Where
    that is too long, or the number of something else, the line's own id tells it apart."""
    if not place and not is_noted(session, line.reference):
        return line.reference
    plain = f"{line.reference}/{place + 1}"
    if len(plain) <= LONGEST_REFERENCE and not (
        is_noted(session, plain) or is_imported(session, plain)
    ):
        return plain
    own = f"#{line.id}/{place + 1}"
    return line.reference[: LONGEST_REFERENCE - len(own)] + own


def _find_open(session: Session, purchase_id: int) -> Payment | None:
    """The payment of the purchase that was asked for and waits, held."""
    waiting = session.scalar(
        select(Payment.id)
        .where(Payment.purchase_id == purchase_id, Payment.state.in_(OPEN))
        .where(Payment.method == Method.BANK_TRANSFER)
        .order_by(Payment.id.desc())
        .limit(1)
    )
    payment = None if waiting is None else lock_payment(session, waiting)
    return payment if payment is not None and payment.state in OPEN else None


def _add_for(session: Session, part: Part, now: datetime) -> Payment:
    """One more payment where none waits."""
    return add_payment(session, part.purchase_id, Method.BANK_TRANSFER, part.amount_fen, now)


def _match_payout(
    session: Session, line: BankLine, found: Payout, actor: Identity | None, now: datetime
) -> None:
    """The bank carried a payout out, or brought it back."""
    payout = lock_payout(session, found.id)
    line.state = "MATCHED"
    if line.amount_fen < 0:
        line.reason = Reason.BY_PAYOUT
        payout.reference = payout.reference or line.reference
        mark_paid(session, payout, actor, now, left_from=SUSPENSE)
    else:
        line.reason = Reason.CAME_BACK
        payout.returned_reference = line.reference
        mark_returned(session, payout, actor, now, came_to=SUSPENSE)
    _add_match(session, line, payout.amount_fen, actor, now, payout_id=payout.id)
    _decided(session, line, actor, now)


def _add_match(
    session: Session,
    line: BankLine,
    amount_fen: int,
    actor: Identity | None,
    now: datetime,
    **given: int,
) -> None:
    session.add(
        BankMatch(
            line_id=line.id,
            amount_fen=amount_fen,
            matched_by=actor.person_id if actor else None,
            matched_at=now,
            **given,
        )
    )


def _decided(session: Session, line: BankLine, actor: Identity | None, now: datetime) -> None:
    line.decided_by = actor.person_id if actor else None
    line.decided_at = now
    session.flush()
    record(
        session,
        actor_id=line.decided_by,
        action=f"transfer.{line.state.lower()}",
        object_kind="bank_line",
        object_id=str(line.id),
        before=None,
        after={"amount_fen": line.amount_fen, "reason": line.reason},
        now=now,
    )
