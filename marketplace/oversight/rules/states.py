"""How far a signal is, who is asked, and who may do what with it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role


class State(StrEnum):
    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


class StepKind(StrEnum):
    FOUND = "FOUND"
    ASKED = "ASKED"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"


class Side(StrEnum):
    """Who is asked to explain."""

    UNIT = "UNIT"
    PRODUCER = "PRODUCER"


# Who hears of a question, and answers it.
ANSWERERS = {
    Side.UNIT: (Role.APPROVER, Role.FINANCE, Role.ADMIN),
    Side.PRODUCER: (Role.CLERK,),
}


class SignalClosed(Refusal):
    code = "signal.closed"
    message = N_("这条提示已经关闭。要继续办理,请先重新打开。")


class SignalOpen(Refusal):
    code = "signal.open"
    message = N_("这条提示没有关闭,不用重新打开。请刷新页面查看。")


class OwnSignal(Refusal):
    code = "signal.own"
    status = 403
    message = N_("这条提示与您本人或您所在的单位、供应商有关,要由另一位同事办理。")


class RuleUnchanged(Refusal):
    code = "signal.rule_unchanged"
    status = 422
    message = N_("这些数值与现在的一样,没有发布新版本。请先修改再发布。")


class RuleChanged(Refusal):
    """Two published at once: whoever was second has not seen what the first decided."""

    code = "signal.rule_changed"
    message = N_("刚刚有人发布了新版本。请先看看新的数值,再决定要不要改。")


@dataclass(frozen=True)
class Question:
    """A signal as the unit or producer that was asked about it comes to it."""

    side: Side
    holder_id: int
    signal_id: int


@dataclass(frozen=True)
class Concerned:
    """Whom a signal is about."""

    unit_id: int | None
    producer_id: int | None
    people: Collection[int]


def reads_all(identity: Identity) -> bool:
    """Everyone in the operations centre reads signals; the auditor among them."""
    return identity.is_in_centre()


def operates(identity: Identity) -> bool:
    """Operators ask, close and publish. The auditor changes nothing."""
    return identity.is_in_centre(Role.OPERATOR)


def answers_for(identity: Identity, side: str, organisation_id: int | None) -> bool:
    """Whether a person reads and answers what this unit or producer was asked."""
    roles = ANSWERERS[Side(side)]
    return organisation_id is not None and identity.has_role(
        OrganisationKind(side), organisation_id, *roles
    )


def is_party(identity: Identity, concerned: Concerned) -> bool:
    """Whether a signal is about somebody's own deed, unit or producer."""
    sides = (
        (OrganisationKind.UNIT, concerned.unit_id),
        (OrganisationKind.PRODUCER, concerned.producer_id),
    )
    belongs = any(
        organisation is not None and identity.has_role(kind, organisation)
        for kind, organisation in sides
    )
    return belongs or identity.person_id in concerned.people
