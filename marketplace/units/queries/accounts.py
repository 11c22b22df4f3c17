"""Into which account buyers pay."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.core.closed import Closed, view_of
from marketplace.core.home import home_of
from marketplace.units.models import OperationsCentre
from marketplace.units.queries.units import find_centre, find_centre_over


@dataclass(frozen=True)
class CentreAccount:
    """The account of an operations centre, into which buyers pay."""

    bank_account_name: str
    bank_account_number: Closed
    bank_name: str


def account_of(session: Session, centre: OperationsCentre) -> CentreAccount:
    return view_of(session, CentreAccount, centre)


def account_paid_into(session: Session, division_code: str) -> CentreAccount | None:
    """Everybody pays into the account of the deployment's own county. Where it has none, buyers
    pay into that of the nearest centre that looks after where they are; None where none has one."""
    home = home_of(session)
    own = find_centre(session, home) if home else None
    nearest = find_centre_over(session, division_code)
    for centre in (own, nearest):
        if centre is not None and centre.bank_account_number_sealed:
            return account_of(session, centre)
    return None
