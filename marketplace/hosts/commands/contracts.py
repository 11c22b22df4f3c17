"""An agency proposes, the host answers, and either side ends: each step under the host's lock."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.hosts.commands.locks import lock_host
from marketplace.hosts.commands.steps import leave_a_trail
from marketplace.hosts.models import AgencyContract, Host
from marketplace.hosts.queries import agency_names, get_agency, get_host
from marketplace.hosts.rules import works_for_agency, works_for_host
from marketplace.hosts.rules.contracts import (
    HOST_SUSPENDED,
    NO_SUCH_HOST,
    AgencySuspended,
    ContractAnswered,
    ContractLapsed,
    ContractsOverlap,
    ContractWaits,
    GivenContract,
    last_day_before,
    wrong_contract,
    wrong_end,
)
from marketplace.notices.commands import Matter, tell_readers

TO_THE_HOST, TO_THE_AGENCY = "/host/agency", "/agency/"


def propose_contract(
    session: Session, identity: Identity, agency_id: int, given: GivenContract, now: datetime
) -> AgencyContract:
    """The agency says to which host, for which share and how long; the host will answer.

    Raises NotFound, AgencySuspended, InvalidInput, ContractWaits.
    """
    if not works_for_agency(identity, agency_id):
        raise NotFound
    agency = get_agency(session, agency_id)
    if agency.suspended_at is not None:
        raise AgencySuspended
    errors = wrong_contract(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    host = _host_of(session, given.code)
    _require_none_waits(session, agency_id, host.id, day_of(now))
    contract = AgencyContract(
        agency_id=agency_id,
        host_id=host.id,
        share_ppm=given.share_ppm,
        from_on=given.from_on,
        until_on=given.until_on,
        state="PROPOSED",
        proposed_by=identity.person_id,
        proposed_at=now,
        reason="",
    )
    session.add(contract)
    session.flush()
    _note(session, identity, contract, "proposed", now)
    _tell_host(session, contract, "agency_proposed", now)
    return contract


def _host_of(session: Session, code: str) -> Host:
    """The host who is asked, held. Raises InvalidInput."""
    found = session.scalar(select(Host.id).where(func.upper(Host.code) == code).limit(1))
    if found is None:
        raise invalid("code", NO_SUCH_HOST)
    host = lock_host(session, found)
    if host.suspended_at is not None:
        raise invalid("code", HOST_SUSPENDED)
    return host


def _require_none_waits(session: Session, agency_id: int, host_id: int, today: date) -> None:
    row = AgencyContract
    asked = select(row.id).where(
        row.agency_id == agency_id,
        row.host_id == host_id,
        row.state == "PROPOSED",
        row.until_on >= today,
    )
    if session.scalar(asked.limit(1)) is not None:
        raise ContractWaits


def agree_to_contract(
    session: Session, identity: Identity, contract_id: int, now: datetime
) -> AgencyContract:
    """The host says yes: it holds from its first day, and never for days before the answer.

    Raises NotFound, ContractAnswered, ContractLapsed, ContractsOverlap.
    """
    contract = _answer(session, identity, contract_id, "AGREED")
    if contract.state == "AGREED":
        return contract
    today = day_of(now)
    if contract.until_on < today:
        raise ContractLapsed
    contract.from_on = max(contract.from_on, today)
    _require_single(session, contract)
    _write_answer(session, identity, contract, "AGREED", now)
    return contract


def refuse_contract(
    session: Session, identity: Identity, contract_id: int, now: datetime
) -> AgencyContract:
    contract = _answer(session, identity, contract_id, "REFUSED")
    if contract.state != "REFUSED":
        _write_answer(session, identity, contract, "REFUSED", now)
    return contract


def _answer(session: Session, identity: Identity, contract_id: int, answer: str) -> AgencyContract:
    """A proposal that this person may answer, held with its host; the same answer given before
    is no error."""
    contract = _take(session, contract_id)
    if not works_for_host(identity, contract.host_id):
        raise NotFound
    if contract.state not in ("PROPOSED", answer) or contract.ended_at is not None:
        raise ContractAnswered
    return contract


def _take(session: Session, contract_id: int) -> AgencyContract:
    """The contract as it is once its host is held: two answers follow each other."""
    found = session.get(AgencyContract, contract_id)
    if found is None:
        raise NotFound
    lock_host(session, found.host_id)
    session.refresh(found)
    return found


def _require_single(session: Session, contract: AgencyContract) -> None:
    """Raises ContractsOverlap where the host belongs to an agency on some of these days."""
    row = AgencyContract
    other = session.scalar(
        select(row.agency_id)
        .where(
            row.host_id == contract.host_id,
            row.id != contract.id,
            row.state == "AGREED",
            row.from_on <= contract.until_on,
            row.until_on >= contract.from_on,
        )
        .limit(1)
    )
    if other is not None:
        raise ContractsOverlap(name=agency_names(session, [other])[other])


def _write_answer(
    session: Session, identity: Identity, contract: AgencyContract, answer: str, now: datetime
) -> None:
    contract.state = answer
    contract.answered_by, contract.answered_at = identity.person_id, now
    session.flush()
    _note(session, identity, contract, answer.lower(), now)
    _tell_agency(session, contract, f"agency_{answer.lower()}", now)


def end_contract(
    session: Session,
    identity: Identity,
    contract_id: int,
    ending: tuple[date, str],
    now: datetime,
) -> AgencyContract:
    """Either side ends it from a day on, and says why; a proposal is taken back.

    The days before stay as agreed, and so does what was earned on them. The contract stays
    agreed for those days; where there are none it is ended altogether. Raises NotFound,
    ContractAnswered, InvalidInput.
    """
    contract = _take(session, contract_id)
    by_host = works_for_host(identity, contract.host_id)
    if not by_host and not works_for_agency(identity, contract.agency_id):
        raise NotFound
    if contract.state not in ("PROPOSED", "AGREED") or contract.until_on < day_of(now):
        raise ContractAnswered
    ends_on, reason = ending
    errors = wrong_end(ends_on, contract.until_on, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    last = last_day_before(ends_on, contract.from_on)
    if contract.state == "PROPOSED" or last is None:
        contract.state = "ENDED"
    else:
        contract.until_on = last
    contract.ended_by, contract.ended_at, contract.reason = identity.person_id, now, reason
    session.flush()
    _note(session, identity, contract, "ended", now)
    tell_other_side = _tell_agency if by_host else _tell_host
    tell_other_side(session, contract, "agency_ended", now)
    return contract


def _tell_host(session: Session, contract: AgencyContract, event: str, now: datetime) -> None:
    name = get_agency(session, contract.agency_id).name
    matter = _matter_of(contract, name, TO_THE_HOST, now)
    tell_readers(session, event, matter, (OrganisationKind.HOST, contract.host_id, ()), now)


def _tell_agency(session: Session, contract: AgencyContract, event: str, now: datetime) -> None:
    name = get_host(session, contract.host_id).name
    matter = _matter_of(contract, name, TO_THE_AGENCY, now)
    tell_readers(session, event, matter, (OrganisationKind.AGENCY, contract.agency_id, ()), now)


def _matter_of(contract: AgencyContract, name: str, address: str, now: datetime) -> Matter:
    return Matter("agency_contract", contract.id, {"name": name}, address, now.isoformat())


def _note(
    session: Session, identity: Identity, contract: AgencyContract, what: str, now: datetime
) -> None:
    facts = {
        "agency_id": contract.agency_id,
        "host_id": contract.host_id,
        "share_ppm": contract.share_ppm,
        "from_on": contract.from_on.isoformat(),
        "until_on": contract.until_on.isoformat(),
        "reason": contract.reason,
    }
    about = ("agency_contract", contract.id)
    leave_a_trail(session, identity.person_id, f"agency.{what}", about, facts, now=now)
