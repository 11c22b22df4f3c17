"""The lines of the bank's statements, as the cashier's desk shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.queries import names_of as names_of_people
from marketplace.core.areas import in_area
from marketplace.core.closed import Closed, columns_of, mark_words, view_of, views_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound
from marketplace.core.ids import read_code
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.ordering.queries import (
    buyers_of,
    find_purchase,
    outstanding_by_purchase,
    owed_by_buyer,
)
from marketplace.payments.models import BankLine, BankMatch, BankStatement, Payment, Payout
from marketplace.payments.queries.matching import Payer, find_payer, propose
from marketplace.payments.rules.accounts import words_to_mark
from marketplace.payments.rules.matching import Decision, Part
from marketplace.units.queries import find_unit
from marketplace.units.queries import names_of as names_of_units

NO_SUCH_PURCHASE = N_("没有找到这个采购单号或汇款识别码。")
NO_SUCH_UNIT = N_("没有这个名称的单位,请照单位名册填写全称。")
MOST_OWED = 20
TABS = ("waiting", "matched", "set_aside", "known")


@dataclass(frozen=True)
class TransferRow:
    id: int
    reference: str
    booked_on: date
    amount_fen: int
    other_name: str
    other_number: Closed
    text: str
    state: str
    reason: str
    decided_at: datetime | None


@dataclass(frozen=True)
class PartView:
    """A part of a transfer and what it is for, with names for people."""

    amount_fen: int
    purchase_id: int | None
    number: str
    buyer_name: str
    owed_fen: int
    payout_id: int | None = None


@dataclass(frozen=True)
class TransferView:
    """One line with all that is known about it."""

    row: TransferRow
    statement_name: str
    parts: Sequence[PartView]
    payer_name: str
    # None once it is decided.
    proposal: Decision | None
    proposed: Sequence[PartView]
    # What the unit of the payer's name has not paid, where nothing is proposed.
    owed: Sequence[PartView] = ()


def _rows() -> Select[*tuple[Any, ...]]:
    return select(*columns_of(BankLine, TransferRow))


def count_transfers(session: Session, *, area: str = "") -> dict[str, int]:
    """How many lines each tab holds."""
    counted = session.execute(
        select(BankLine.state, func.count())
        .where(*in_area("bank_line", BankLine.id, area))
        .group_by(BankLine.state)
    )
    by_state: dict[str, int] = {state.lower(): number for state, number in counted}
    return {tab: by_state.get(tab, 0) for tab in TABS}


def list_transfers(
    session: Session, tab: str, words: str, page: PageRequest, *, area: str = ""
) -> Page[TransferRow]:
    """The lines of a tab, the oldest waiting first, otherwise the newest."""
    wanted: list[ColumnElement[bool]] = [
        BankLine.state == tab.upper(),
        *in_area("bank_line", BankLine.id, area),
    ]
    if words:
        columns = (BankLine.other_name, BankLine.reference, BankLine.text)
        found: list[ColumnElement[bool]] = [
            column.contains(words, autoescape=True) for column in columns
        ]
        # Of a number that stands sealed no part can be looked for, but all of it.
        mark = mark_words(session, words_to_mark("".join(words.split())))
        if mark:
            found.append(BankLine.other_number_mark == mark)
        wanted.append(or_(*found))
    order = BankLine.id if tab == "waiting" else BankLine.id.desc()
    total = session.scalar(select(func.count()).select_from(BankLine).where(*wanted)) or 0
    rows = session.execute(
        _rows().where(*wanted).order_by(order).offset(page.offset).limit(page.per_page)
    )
    return Page(views_of(session, TransferRow, rows), page.page, page.per_page, total)


def get_transfer(session: Session, line_id: int) -> TransferView:
    """One line. Raises NotFound."""
    line = session.get(BankLine, line_id)
    if line is None:
        raise NotFound
    row = view_of(session, TransferRow, line)
    decided = line.state in ("MATCHED", "KNOWN")
    proposal = None if decided or line.amount_fen < 0 else propose(session, line)
    payer = find_payer(session, line.other_number_mark)
    open_one = proposal is not None and not proposal.parts
    return TransferView(
        row=row,
        statement_name=session.get_one(BankStatement, line.statement_id).name,
        parts=_matched_parts(session, line_id),
        payer_name=_payer_name(session, payer) if payer else "",
        proposal=proposal,
        proposed=describe_parts(session, proposal.parts) if proposal else (),
        owed=_owed_by_name(session, line.other_name) if open_one else (),
    )


def _owed_by_name(session: Session, name: str) -> list[PartView]:
    """A name proves nothing, but the cashier need not look up the numbers elsewhere."""
    unit = find_unit(session, name)
    owed = owed_by_buyer(session, unit.id, None, MOST_OWED) if unit else {}
    return describe_parts(session, [Part(key, owed_fen) for key, owed_fen in owed.items()])


def _payer_name(session: Session, payer: Payer) -> str:
    if payer.unit_id is not None:
        return names_of_units(session, [payer.unit_id])[payer.unit_id]
    return names_of_people(session, [payer.person_id or 0]).get(payer.person_id or 0, "")


def describe_parts(session: Session, parts: Sequence[Part]) -> list[PartView]:
    """What would be given to which purchase, with whose it is and what it still owes."""
    ids = [part.purchase_id for part in parts]
    owed, buyers = outstanding_by_purchase(session, ids), buyers_of(session, ids)
    return [
        PartView(part.amount_fen, part.purchase_id, number, name, owed.get(part.purchase_id, 0))
        for part in parts
        for number, name in [buyers[part.purchase_id]]
    ]


def _matched_parts(session: Session, line_id: int) -> list[PartView]:
    rows = session.execute(
        select(
            BankMatch.amount_fen, Payment.purchase_id, BankMatch.unit_id, Payout.id, Payout.number
        )
        .outerjoin(Payment, Payment.id == BankMatch.payment_id)
        .outerjoin(Payout, Payout.id == BankMatch.payout_id)
        .where(BankMatch.line_id == line_id)
        .order_by(BankMatch.id)
    ).all()
    purchases = [row.purchase_id for row in rows if row.purchase_id]
    owed, buyers = outstanding_by_purchase(session, purchases), buyers_of(session, purchases)
    units = names_of_units(session, [row.unit_id for row in rows if row.unit_id])
    views = []
    for amount_fen, purchase_id, unit_id, payout_id, payout_number in rows:
        number, name = buyers.get(
            purchase_id or 0, (payout_number or "", units.get(unit_id or 0, ""))
        )
        owed_fen = owed.get(purchase_id or 0, 0)
        views.append(PartView(amount_fen, purchase_id, number, name, owed_fen, payout_id))
    return views


def list_known_that_differ(session: Session) -> list[tuple[str, int, int]]:
    """(reference, by hand, by the bank) of lines that were confirmed by hand with another sum."""
    back = aliased(Payout)
    by_hand = func.coalesce(Payment.received_fen, -Payout.amount_fen, back.amount_fen, 0)
    rows = session.execute(
        select(BankLine.reference, by_hand, BankLine.amount_fen)
        .outerjoin(Payment, Payment.reference == BankLine.reference)
        .outerjoin(Payout, Payout.reference == BankLine.reference)
        .outerjoin(back, back.returned_reference == BankLine.reference)
        .where(BankLine.state == "KNOWN", by_hand != BankLine.amount_fen)
        .order_by(BankLine.id)
    )
    return [(reference, int(hand), int(bank)) for reference, hand, bank in rows]


def count_known(session: Session) -> int:
    """How many lines were confirmed by hand before the bank told of them."""
    known = select(func.count()).select_from(BankLine).where(BankLine.state == "KNOWN")
    return session.scalar(known) or 0


@dataclass(frozen=True)
class WantedParts:
    """What the cashier typed, found: purchases with amounts, and the unit that keeps the rest."""

    parts: Sequence[Part]
    views: Sequence[PartView]
    unit_id: int | None
    unit_name: str


def find_parts(
    session: Session, named: Sequence[tuple[int, str, int]], unit_name: str
) -> WantedParts:
    """(row, number or code, fen) as purchases. Raises InvalidInput naming the row's field."""
    errors = []
    parts = []
    for place, name, amount_fen in named:
        purchase_id = _find_purchase(session, name)
        if purchase_id is None:
            errors.append(FieldError(f"name-{place}", NO_SUCH_PURCHASE))
        else:
            parts.append(Part(purchase_id, amount_fen))
    unit = find_unit(session, unit_name) if unit_name else None
    if unit_name and unit is None:
        errors.append(FieldError("unit", NO_SUCH_UNIT))
    if errors:
        raise InvalidInput(*errors)
    views = describe_parts(session, parts)
    return WantedParts(parts, views, unit.id if unit else None, unit_name)


def _find_purchase(session: Session, name: str) -> int | None:
    code = read_code(name)
    by_code = select(Payment.purchase_id).where(Payment.remittance_code == (code or ""))
    return session.scalar(by_code) or find_purchase(session, name.strip().upper())


def queue_of_transfers(session: Session) -> Queue:
    """Lines of the bank's statements that nobody has been found for."""
    return queue_of(session, BankLine.booked_on, BankLine.state == "WAITING")
