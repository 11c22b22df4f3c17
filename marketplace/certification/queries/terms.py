"""How a county recognises."""

from sqlalchemy.orm import Session

from marketplace.certification.models import CertificationTerms
from marketplace.certification.rules import Terms
from marketplace.geography.rules import county_of
from marketplace.units.queries import find_centre


def get_terms(session: Session, division_code: str) -> Terms:
    """The terms of the county in which a division lies; the usual ones where none were set."""
    row = session.get(CertificationTerms, county_of(division_code))
    if row is not None:
        return Terms(row.notice_days, row.valid_years, row.issuer)
    centre = find_centre(session, division_code)
    return Terms(issuer=centre.name if centre else "消费帮扶工作专班")
