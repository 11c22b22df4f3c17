"""Calling goods off a contract, and giving back what came to nothing."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from marketplace.contracts.models import ContractEntry, ContractLine, FrameworkContract
from marketplace.contracts.queries.agreements import get_agreement
from marketplace.contracts.rules.contracts import (
    CalledLine,
    ContractState,
    require_packs,
    require_room,
)
from marketplace.contracts.rules.refusals import NotAgreed
from marketplace.core.clock import day_of


def use(session: Session, contract_id: int, called: Sequence[CalledLine], now: datetime) -> None:
    """Uses a contract up by what a purchase calls off it: all of it, or nothing.

    One UPDATE takes the room only where it is there, so any number at once never take more than
    was agreed. Raises ContractOver, NotYetValid, NotAgreed, ContractUsedUp or LineUsedUp.
    """
    today = day_of(now)
    wanted_fen = sum(line.amount_fen for line in called)
    if not _take_room(session, contract_id, wanted_fen, today):
        _require_room(session, contract_id, wanted_fen, today)
        # Given back between the two looks; it is locked, so now there is room.
        taken = _take_room(session, contract_id, wanted_fen, today)
        assert taken, (contract_id, wanted_fen)
    _move(session, contract_id, called, now)


def _take_room(session: Session, contract_id: int, wanted_fen: int, today: date) -> bool:
    contract = FrameworkContract
    taken = session.execute(
        update(contract)
        .where(
            contract.id == contract_id,
            contract.state == ContractState.SIGNED,
            contract.valid_from <= today,
            contract.valid_until >= today,
            contract.called_fen + wanted_fen <= contract.total_fen,
        )
        .values(called_fen=contract.called_fen + wanted_fen)
        .returning(contract.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def _require_room(session: Session, contract_id: int, wanted_fen: int, today: date) -> None:
    contract = FrameworkContract
    session.execute(select(contract.id).where(contract.id == contract_id).with_for_update())
    agreement = get_agreement(session, contract_id, today)
    require_room(agreement.number, agreement.left_fen, wanted_fen)


def give_back(
    session: Session, contract_id: int, called: Sequence[CalledLine], now: datetime
) -> None:
    """What was cancelled, short, rejected or refunded may be called off again. A contract that
    has ended takes it back too: its sum says what was really bought."""
    back = [line for line in called if line.amount_fen or line.packs]
    if not back:
        return
    contract = FrameworkContract
    returned_fen = sum(line.amount_fen for line in back)
    session.execute(
        update(contract)
        .where(contract.id == contract_id)
        .values(called_fen=contract.called_fen - returned_fen)
        .execution_options(synchronize_session=False)
    )
    less = [
        CalledLine(one.variant_id, one.order_id, one.source, -one.packs, -one.amount_fen)
        for one in back
    ]
    _move(session, contract_id, less, now)


def _move(session: Session, contract_id: int, called: Sequence[CalledLine], now: datetime) -> None:
    """The contract is ours by now: its lines follow in the order of their ids."""
    rows = session.execute(
        select(ContractLine.variant_id, ContractLine.id, ContractLine.price_fen)
        .where(ContractLine.contract_id == contract_id)
        .order_by(ContractLine.id)
    )
    lines = {row.variant_id: (row.id, row.price_fen) for row in rows}
    entries = []
    for one in called:
        if one.variant_id not in lines:
            raise NotAgreed(name=str(one.variant_id))
        line_id, price_fen = lines[one.variant_id]
        assert one.amount_fen <= 0 or one.amount_fen == one.packs * price_fen, one
        _count_packs(session, line_id, one.packs)
        entries.append(
            {
                "contract_id": contract_id,
                "line_id": line_id,
                "source": one.source,
                "packs": one.packs,
                "amount_fen": one.amount_fen,
                "order_id": one.order_id,
                "at": now,
            }
        )
    session.execute(insert(ContractEntry), entries)


def _count_packs(session: Session, line_id: int, packs: int) -> None:
    line = ContractLine
    counted = line.called_packs + packs
    taken = session.execute(
        update(line)
        .where(line.id == line_id, (line.most_packs.is_(None)) | (counted <= line.most_packs))
        .values(called_packs=counted)
        .returning(line.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        found = session.get_one(line, line_id, populate_existing=True)
        left = (found.most_packs or 0) - found.called_packs
        require_packs(found.product_name, left, packs)
        raise AssertionError((line_id, packs))  # The contract is ours: nobody gives back now.
