"""Into which account buyers pay."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.core.closed import Closed, view_of
from marketplace.units.models import OperationsCentre


@dataclass(frozen=True)
class CentreAccount:
    """The account of an operations centre, into which buyers pay."""

    bank_account_name: str
    bank_account_number: Closed
    bank_name: str


def account_of(session: Session, centre: OperationsCentre) -> CentreAccount:
    return view_of(session, CentreAccount, centre)
