"""What applications to be taken in hold about the person who wrote them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.personal import PersonalData, rows_of
from marketplace.entering.models import EntryApplication
from marketplace.entering.rules.states import OVER, WITH_THE_APPLICANT

_SHOWN = (
    "id", "state", "name", "kind", "uscc", "village_code", "phone", "story", "food_kind",
    "food_number", "legal_name", "legal_tail", "bank", "bank_number_sealed", "written_at",
)  # fmt: skip


def personal_data(session: Session, person_id: int) -> PersonalData:
    """A person's own applications."""
    wanted = select(*(getattr(EntryApplication, name) for name in _SHOWN))
    own = wanted.where(EntryApplication.applicant_id == person_id).order_by(EntryApplication.id)
    return {"entry_applications": rows_of(session, own)}


def count_open_applications(session: Session, person_id: int) -> int:
    """Applications of a person that the county has in hand."""
    done = (*OVER, *WITH_THE_APPLICANT)
    own = EntryApplication.applicant_id == person_id
    wanted = select(func.count()).where(own, EntryApplication.state.not_in(done))
    return session.scalar(wanted) or 0
