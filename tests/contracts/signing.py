"""Contracts of the small county in a few words, for tests that begin when one is signed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.contracts import commands as contracts
from marketplace.contracts.models import FrameworkContract
from marketplace.contracts.rules.contracts import GivenContract, GivenLine
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Purchase
from marketplace.ordering.rules import PurchaseWish, WishedLine
from tests.county import CONSIGNEE, START, County

AGREED_FEN = 6_000


def given(county: County, **changes: Any) -> GivenContract:
    """Mushrooms at 60.00 instead of 64.03, for at most 1,200.00."""
    values: dict[str, Any] = {
        "title": "2026 年度香菇框架协议",
        "lines": (GivenLine(county.mushrooms.variant_id, AGREED_FEN),),
        "valid_from": date(2026, 11, 1),
        "valid_until": date(2026, 12, 31),
        "total_fen": 120_000,
    }
    return GivenContract(**{**values, **changes})


def signed(
    session: Session, county: County, now: datetime = START, **changes: Any
) -> FrameworkContract:
    """Written and offered by the unit's buyer, signed by its approver and by the producer."""
    parties = ("UNIT", county.unit_id, county.producer_id)
    contract = contracts.write_contract(
        session, county.buyer, parties, given(county, **changes), now
    )
    contracts.offer_contract(session, county.buyer, contract.id, now)
    contracts.sign_contract(session, county.approver, contract.id, now)
    return contracts.sign_contract(session, county.clerk, contract.id, now)


def call_off(
    session: Session,
    county: County,
    contract: FrameworkContract,
    packs: int,
    now: datetime = START,
    *,
    terms: str = "POSTPAY",
) -> Purchase:
    """A call-off in approval."""
    lines = (WishedLine(county.mushrooms.variant_id, packs),)
    wish = PurchaseWish(county.unit_id, "UNION", terms, lines, CONSIGNEE, contract_id=contract.id)
    purchase = ordering.draft_purchase(session, county.buyer, wish, now)
    return ordering.submit(session, county.buyer, purchase.id, now)


def placed(
    session: Session,
    county: County,
    contract: FrameworkContract,
    packs: int,
    now: datetime = START,
) -> Purchase:
    purchase = call_off(session, county, contract, packs, now)
    return ordering.approve(session, county.approver, purchase.id, now)


def called(session: Session, contract: FrameworkContract) -> tuple[int, int]:
    """(fen, packs of the first line) called off."""
    from sqlalchemy import select

    from marketplace.contracts.models import ContractLine

    session.flush()
    session.refresh(contract)
    line = session.scalars(
        select(ContractLine)
        .where(ContractLine.contract_id == contract.id)
        .order_by(ContractLine.id)
        .execution_options(populate_existing=True)
    ).first()
    assert line is not None
    return contract.called_fen, line.called_packs
