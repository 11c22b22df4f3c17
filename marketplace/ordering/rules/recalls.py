"""Who may recall a batch, and what can no longer be sent."""

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role


class RecalledInside(Refusal):
    code = "order.recalled_inside"
    message = N_(
        "订单里有 %(packs)s 件属于被召回的批次,不能发出。"
        "其余的可以先发,不足的验收时按少件处理,不收货款。"
    )


def may_recall(identity: Identity, producer_id: int) -> bool:
    """The operations centre any batch, a producer their own."""
    own = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    return own or identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER)
