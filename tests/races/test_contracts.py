"""A contract is used up to its last fen and never beyond, however many call off at once."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.contracts.models import ContractLine, FrameworkContract
from marketplace.contracts.rules.contracts import GivenLine
from marketplace.ordering import commands as ordering
from marketplace.reports.queries import reconcile
from tests.contracts.signing import AGREED_FEN, call_off, signed
from tests.county import START, County
from tests.races.crowd import all_at_once

CALLERS = 40
# Twelve of forty fit.
FIT = 12


def test_case_16_call_offs_never_exceed_the_contract_also_for_many_at_once(
    session: Session, crowded: Engine, county: County
) -> None:
    contract = signed(session, county, total_fen=FIT * 2 * AGREED_FEN + AGREED_FEN)
    waiting = [call_off(session, county, contract, 2).id for _ in range(CALLERS)]
    session.commit()

    def approve(mine: Session, place: int) -> None:
        ordering.approve(mine, county.approver, waiting[place], START)

    outcomes = all_at_once(crowded, CALLERS, approve)
    assert outcomes.count("done") == FIT
    assert outcomes.count("contract.used_up") == CALLERS - FIT
    session.rollback()
    kept = session.scalar(
        select(FrameworkContract.called_fen).where(FrameworkContract.id == contract.id)
    )
    assert kept == FIT * 2 * AGREED_FEN
    session.rollback()
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []


def test_a_lines_packs_are_never_exceeded_either_and_all_that_fit_are_called(
    session: Session, crowded: Engine, county: County
) -> None:
    line = GivenLine(county.mushrooms.variant_id, AGREED_FEN, FIT)
    contract = signed(session, county, lines=(line,), total_fen=None)
    waiting = [call_off(session, county, contract, 1).id for _ in range(CALLERS)]
    session.commit()

    def approve(mine: Session, place: int) -> None:
        ordering.approve(mine, county.approver, waiting[place], START)

    assert all_at_once(crowded, CALLERS, approve).count("done") == FIT
    session.rollback()
    packs = session.scalar(
        select(ContractLine.called_packs).where(ContractLine.contract_id == contract.id)
    )
    assert packs == FIT


def test_calling_off_and_cancelling_at_once_keep_the_sum(
    session: Session, crowded: Engine, county: County
) -> None:
    contract = signed(session, county, total_fen=40 * AGREED_FEN)
    bought = [call_off(session, county, contract, 2).id for _ in range(10)]
    for purchase_id in bought:
        ordering.approve(session, county.approver, purchase_id, START)
    waiting = [call_off(session, county, contract, 1).id for _ in range(10)]
    session.commit()

    def act(mine: Session, place: int) -> None:
        if place < 10:
            ordering.cancel_purchase(mine, county.buyer, bought[place], "不要了", START)
        else:
            ordering.approve(mine, county.approver, waiting[place - 10], START)

    assert all_at_once(crowded, 20, act) == ["done"] * 20
    session.rollback()
    with Session(crowded) as fresh:
        assert fresh.get_one(FrameworkContract, contract.id).called_fen == 10 * AGREED_FEN
        assert reconcile(fresh) == []
