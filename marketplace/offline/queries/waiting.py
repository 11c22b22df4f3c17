"""Whether an offline purchase still waits for whom it was brought before."""

from marketplace.notices.queries import Checks, while_true
from marketplace.offline.models import OfflinePurchase
from marketplace.offline.rules import OfflineState

# Kind of notice → whether it still waits.
CHECKS: Checks = {
    f"offline_{state.lower()}": while_true(OfflinePurchase.id, OfflinePurchase.state == state)
    for state in (OfflineState.FILED, OfflineState.CHECKED, OfflineState.RETURNED)
}
