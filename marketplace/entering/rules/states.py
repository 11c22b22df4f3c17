"""How far an application is, whose turn it is, and the refusals on the way."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, Role


class EntryState(StrEnum):
    """Applied for, pre-checked by the township, recommended, decided, shown in public, entered."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    PRECHECKED = "PRECHECKED"
    RECOMMENDED = "RECOMMENDED"
    NOTICE = "NOTICE"
    ENTERED = "ENTERED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"


WITH_THE_APPLICANT = (EntryState.DRAFT, EntryState.RETURNED)
OVER = (EntryState.ENTERED, EntryState.REFUSED)

# State → (the step that comes next, the role that takes it, how it stands afterwards).
NEXT = {
    EntryState.SUBMITTED: ("precheck", Role.OPERATOR, EntryState.PRECHECKED),
    EntryState.PRECHECKED: ("recommend", Role.OPERATOR, EntryState.RECOMMENDED),
    EntryState.RECOMMENDED: ("decide", Role.CERTIFIER, EntryState.NOTICE),
}
STEPS = tuple(step for step, _role, _after in NEXT.values())


class EntryElsewhere(Refusal):
    code = "entering.not_here"
    message = N_("这份申请现在不在这一步,请刷新页面查看进展。")


class OwnEntryStep(Refusal):
    """Four eyes at every step: who applied or took an earlier step never takes another."""

    code = "entering.own_step"
    status = 403
    message = N_("同一个人不能办理一份申请的两个步骤,请交给同事。")


class OpenRequirements(Refusal):
    code = "entering.open_requirements"
    message = N_("还有 %(number)s 项要求没有核对,请逐项核对,或写明理由免去。")


class VerificationElsewhere(Refusal):
    code = "entering.verification_not_here"
    message = N_("这次资料复核已经有结果,请刷新页面查看。")


class VerificationWaits(Refusal):
    code = "entering.verification_waits"
    message = N_("已经提交过一次资料复核,正在等运营中心核对。")


class ReasonMissing(Refusal):
    code = "entering.reason"
    status = 422
    message = N_("请写明理由,对方会看到。")


@dataclass(frozen=True)
class Hands:
    """Who has had an application in hand since it was last handed in."""

    applicant_id: int
    prechecked_by: int | None = None
    recommended_by: int | None = None
    decided_by: int | None = None

    @property
    def all(self) -> tuple[int | None, ...]:
        return (self.applicant_id, self.prechecked_by, self.recommended_by, self.decided_by)


def holds_role(identity: Identity, state: str) -> bool:
    """Whether it is for people of this role; four eyes come on top."""
    if state == EntryState.NOTICE:
        return identity.is_in_centre(Role.CERTIFIER)
    return state in NEXT and identity.is_in_centre(NEXT[EntryState(state)][1])


def turn_of(identity: Identity, state: str, hands: Hands) -> str | None:
    """What this person may do with it now: amend, a step, stop what is shown; or None."""
    if state in WITH_THE_APPLICANT:
        return "amend" if identity.person_id == hands.applicant_id else None
    if not holds_role(identity, state):
        return None
    if state == EntryState.NOTICE:
        return "stop" if identity.person_id != hands.applicant_id else None
    return None if identity.person_id in hands.all else NEXT[EntryState(state)][0]


def may_see(identity: Identity, applicant_id: int) -> bool:
    return identity.person_id == applicant_id or identity.is_in_centre()


def require_words(words: str) -> str:
    if not words.strip():
        raise ReasonMissing
    return words.strip()


def masked(number: str) -> str:
    """The last four of a number; the rest is nobody's business."""
    return f"{'*' * max(0, len(number) - 4)}{number[-4:]}"
