"""The rungs of a recognition, what must be shown on each, and who may stand on which."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketplace.core.clock import years_after
from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.uploads.rules import PHOTOGRAPHS, GivenFile

MOST_PRODUCTS = 20
MOST_STATEMENT = 1000
MOST_WORDS = 500
MOST_PAPERS = 5
PAPER_KINDS = frozenset({"application/pdf", *PHOTOGRAPHS})


class State(StrEnum):
    """Which rung it has passed; or where it ended."""

    SUBMITTED = "SUBMITTED"
    TOWNSHIP = "TOWNSHIP"
    SECTOR = "SECTOR"
    NOTICE = "NOTICE"
    CERTIFIED = "CERTIFIED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"
    # In the table it is REFUSED with the instant, so that yesterday's program can read it too.
    WITHDRAWN = "WITHDRAWN"


class Rung(StrEnum):
    APPLICANT = "APPLICANT"
    TOWNSHIP = "TOWNSHIP"
    SECTOR = "SECTOR"
    COUNTY = "COUNTY"
    NOTICE = "NOTICE"


class Idle(StrEnum):
    """Why somebody may do nothing with an application now: it is over, sent back to its producer,
    with the centre, with colleagues of another role, they stood on another rung of it, they work
    for its producer, or one of both holds for everyone who might go on."""

    OVER = "OVER"
    RETURNED = "RETURNED"
    CENTRE = "CENTRE"
    OTHERS = "OTHERS"
    STOOD = "STOOD"
    OWN = "OWN"
    NOBODY = "NOBODY"


class Proof(StrEnum):
    """How something is shown."""

    ATTESTED = "ATTESTED"
    SYSTEM = "SYSTEM"
    PERSON = "PERSON"


# State → the rung that is next.
NEXT_RUNG = {
    State.SUBMITTED: Rung.TOWNSHIP,
    State.TOWNSHIP: Rung.SECTOR,
    State.SECTOR: Rung.COUNTY,
    State.NOTICE: Rung.NOTICE,
}
# Rung → the state that passing it leads to.
PASSED = {
    Rung.TOWNSHIP: State.TOWNSHIP,
    Rung.SECTOR: State.SECTOR,
    Rung.COUNTY: State.NOTICE,
}
OPEN_STATES = (State.SUBMITTED, State.TOWNSHIP, State.SECTOR, State.NOTICE, State.RETURNED)
# Its producer may still take it back: the county has not begun to decide.
TAKEN_BACK_FROM = (State.SUBMITTED, State.TOWNSHIP, State.RETURNED)


@dataclass(frozen=True)
class Requirement:
    """Something to be shown: how, and on which rung at the latest."""

    code: str
    proof: Proof
    rung: Rung


REQUIREMENTS = (
    Requirement("BENEFIT_TRUE", Proof.ATTESTED, Rung.APPLICANT),
    Requirement("PRICE_FAIR", Proof.ATTESTED, Rung.APPLICANT),
    Requirement("LICENCE_VALID", Proof.SYSTEM, Rung.COUNTY),
    Requirement("FOOD_LICENCE", Proof.SYSTEM, Rung.COUNTY),
    Requirement("ORIGIN_HERE", Proof.SYSTEM, Rung.COUNTY),
    Requirement("BENEFIT_SEEN", Proof.PERSON, Rung.TOWNSHIP),
    Requirement("QUALITY_SEEN", Proof.PERSON, Rung.SECTOR),
)
BY_CODE = {one.code: one for one in REQUIREMENTS}
ATTESTED = tuple(one.code for one in REQUIREMENTS if one.proof == Proof.ATTESTED)


class ApplicationElsewhere(Refusal):
    code = "certification.not_here"
    message = N_("这份认定申请现在不在这一步,请刷新页面查看进展。")


class OwnApplication(Refusal):
    """Nobody stands on two rungs of one application."""

    code = "certification.own_step"
    status = 403
    message = N_("同一份申请的每一级要由不同的人办理,您已经办过其中一级,请交给同事。")


class DecidedAlready(Refusal):
    code = "certification.decided"
    message = N_("这份申请已经到县级认定或已经办完,不能再撤回。有变化请联系运营中心。")


class PaperStays(Refusal):
    """What somebody decided by is kept."""

    code = "certification.paper_stays"
    message = N_("这份申请已经到县级认定或已经办完,附件要留存,不能再移除。有变化请联系运营中心。")


class RequirementsOpen(Refusal):
    code = "certification.requirements_open"
    message = N_("还有 %(number)s 项条件没有核实。请逐项核实,或写明免予核实的理由,再通过。")


class AlreadyApplied(Refusal):
    code = "certification.already_applied"
    message = N_("「%(name)s」已经在申请 %(number)s 里办理,请等它办完。")


class RenewalTooEarly(Refusal):
    code = "certification.too_early"
    message = N_("「%(name)s」的认定到 %(until)s 才到期,到期前 180 天起可以续办。")


class WithdrawalChanged(Refusal):
    """Nobody withdraws without having seen what it does."""

    code = "certification.effect_changed"
    message = N_("受影响的订单有了变化,请核对新的清单,再确认撤销。")


class AlreadyWithdrawn(Refusal):
    code = "certification.withdrawn"
    message = N_("认定 %(number)s 已经撤销。")


@dataclass(frozen=True)
class Wish:
    """What a producer applies for."""

    product_ids: tuple[int, ...]
    statement: str
    attested: frozenset[str]
    # Test reports and the like; those of earlier rounds stay.
    papers: tuple[GivenFile, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A product that is applied for, with the certificate that it shows now, if any."""

    id: int
    name: str
    number: str | None
    until: date | None


@dataclass(frozen=True)
class Verdict:
    """What somebody found of a requirement; words make it a waiver."""

    code: str
    waived: str = ""


@dataclass(frozen=True)
class Terms:
    """How a county recognises."""

    notice_days: int = 5
    valid_years: int = 3
    issuer: str = ""


RENEWABLE_DAYS = 180


def is_too_early(until: date | None, today: date) -> bool:
    """Whether a certificate is in force for so long that it cannot be renewed yet."""
    return until is not None and (until - today).days > RENEWABLE_DAYS


def valid_days(today: date, renewed_until: date | None, years: int) -> tuple[date, date]:
    """From when to when a certificate is valid; a renewal begins where the old one ends."""
    first = today
    if renewed_until is not None and renewed_until >= today:
        first = renewed_until + timedelta(days=1)
    return first, years_after(first, years) - timedelta(days=1)


def roles_on(rung: str) -> tuple[Role, ...]:
    """The centre's people pass on; the county's word is that of those who recognise."""
    return (Role.CERTIFIER,) if rung == Rung.COUNTY else (Role.OPERATOR, Role.CERTIFIER)


def acts_on(identity: Identity, rung: str) -> bool:
    return rung in NEXT_RUNG.values() and identity.is_in_centre(*roles_on(rung))


def sees_papers(identity: Identity, producer_id: int) -> bool:
    """Whoever applied, and whoever takes a rung and says there that the reports were seen."""
    own = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    return own or acts_on(identity, Rung.SECTOR)


def has_stood_elsewhere(rungs: Iterable[str], rung: str) -> bool:
    """Whether somebody who stood on these rungs has stood on another than this one."""
    return any(one != rung for one in rungs)


def due_on(rung: str, open_codes: Collection[str]) -> tuple[str, ...]:
    """Of what is open, what has to be settled on a rung: all of it before the county decides."""
    if rung == Rung.COUNTY:
        return tuple(one.code for one in REQUIREMENTS if one.code in open_codes)
    return tuple(one.code for one in REQUIREMENTS if one.rung == rung and one.code in open_codes)
