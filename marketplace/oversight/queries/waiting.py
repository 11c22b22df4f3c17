"""Whether a question about a signal still waits for its answer."""

from sqlalchemy import and_, or_

from marketplace.notices.queries import Checks, while_true
from marketplace.oversight.models import Signal
from marketplace.oversight.rules.states import State

# Kind of notice → whether it still waits.
CHECKS: Checks = {
    "signal_asked": while_true(
        Signal.id, and_(Signal.state == State.OPEN, or_(Signal.unit_asked, Signal.producer_asked))
    )
}
