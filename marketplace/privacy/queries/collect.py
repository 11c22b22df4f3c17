"""Everything about one person, asked of every package that knows something."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.administration import queries as administration
from marketplace.audit import queries as audit
from marketplace.core.personal import PersonalData
from marketplace.core.sealing import Sealer
from marketplace.documents.queries import personal as documents
from marketplace.entering.queries import personal as entering
from marketplace.hosts.queries import personal as hosts
from marketplace.livestream.queries import personal as livestream
from marketplace.notices import queries as notices
from marketplace.ordering.queries import personal as ordering
from marketplace.payments.queries import personal as payments
from marketplace.privacy.queries import requests
from marketplace.reviews import queries as reviews
from marketplace.uploads import queries as uploads

Source = Callable[[Session, int], PersonalData]
SOURCES: Sequence[Source] = (
    accounts.personal_data,
    administration.personal_data,
    ordering.personal_data,
    payments.personal_data,
    reviews.personal_data,
    entering.personal_data,
    livestream.personal_data,
    documents.personal_data,
    uploads.personal_data,
    notices.personal_data,
    requests.personal_data,
    audit.personal_data,
)


def collect(session: Session, person_id: int, sealer: Sealer) -> PersonalData:
    """Tables by their names; what stands sealed is opened, for the person alone will read it."""
    found = dict(hosts.personal_data(session, person_id, sealer))
    for source in SOURCES:
        found.update(source(session, person_id))
    return found
