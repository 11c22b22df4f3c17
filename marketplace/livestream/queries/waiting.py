"""What waits for somebody's answer, for the notices that ask for it."""

from marketplace.livestream.models import LiveSession, SessionOffer
from marketplace.livestream.rules.sessions import Check, OfferState, SessionState
from marketplace.notices.queries import Checks, while_true

# Kind of notice → whether it still waits.
CHECKS: Checks = {
    "offer_proposed": while_true(SessionOffer.id, SessionOffer.state == OfferState.PROPOSED),
    "session_waiting": while_true(
        LiveSession.id,
        (LiveSession.state == SessionState.PLANNED) & (LiveSession.check_state == Check.WAITING),
    ),
}
