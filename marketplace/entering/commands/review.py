"""The county's part: requirement by requirement, step by step, each by another person."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, Role
from marketplace.entering.commands.steps import (
    hands_of,
    lock,
    step,
    tell_applicant,
    tell_officers,
)
from marketplace.entering.models import EntryApplication, EntryRequirement
from marketplace.entering.rules.requirements import KNOWN, By, Settled
from marketplace.entering.rules.states import (
    NEXT,
    EntryElsewhere,
    EntryState,
    OpenRequirements,
    OwnEntryStep,
    holds_role,
    require_words,
    turn_of,
)
from marketplace.producers.queries import term_days

# Step → the column that keeps who took it.
TAKEN_BY = {"precheck": "prechecked_by", "recommend": "recommended_by", "decide": "decided_by"}


def settle_requirement(
    session: Session,
    identity: Identity,
    application_id: int,
    answer: tuple[str, Settled, str],
    now: datetime,
) -> EntryRequirement:
    """Says that a requirement was verified, or why it is waived. Raises NotFound, Forbidden,
    EntryElsewhere, OwnEntryStep, ReasonMissing."""
    code, state, words = answer
    application = lock(session, identity, application_id)
    _require_turn(identity, application, NEXT)
    requirement = session.get(EntryRequirement, (application.id, code))
    if requirement is None or KNOWN[code].by != By.PERSON:
        raise NotFound
    if requirement.state == state:
        return requirement
    words = require_words(words) if state == Settled.WAIVED else words.strip()
    requirement.state, requirement.words = state, words
    requirement.settled_by, requirement.settled_at = identity.person_id, now
    deed = (state, f"{code} {words}".strip())
    step(session, identity.person_id, application, deed, now)
    return requirement


def pass_entry(
    session: Session, identity: Identity, application_id: int, words: str, now: datetime
) -> EntryApplication:
    """Takes the step that is next: the township's pre-check (its opinion in words), the county's
    recommendation, the decision, with which the days of public notice begin."""
    application = lock(session, identity, application_id)
    _require_turn(identity, application, NEXT)
    name, _role, after = NEXT[EntryState(application.state)]
    if name == "precheck":
        words = require_words(words)
    else:
        _require_settled(session, application)
    days = timedelta(days=term_days(session, "notice"))
    setattr(application, TAKEN_BY[name], identity.person_id)
    application.state = after
    if after == EntryState.NOTICE:
        application.notice_from = day_of(now) + timedelta(days=1)
        application.notice_until = day_of(now) + days
    done = step(session, identity.person_id, application, (after, words.strip()), now)
    if after == EntryState.NOTICE:
        tell_applicant(session, application, "entry_shown", done, now)
    else:
        tell_officers(session, application, done, NEXT[after][1], now)
    return application


def return_entry(
    session: Session, identity: Identity, application_id: int, words: str, now: datetime
) -> EntryApplication:
    """Sends it back to the applicant, who reads what is to be changed."""
    return _answer(session, identity, application_id, (EntryState.RETURNED, words), now)


def refuse_entry(
    session: Session, identity: Identity, application_id: int, words: str, now: datetime
) -> EntryApplication:
    """Says no, with the reason. The applicant may begin another application."""
    return _answer(session, identity, application_id, (EntryState.REFUSED, words), now)


def _answer(
    session: Session,
    identity: Identity,
    application_id: int,
    answer: tuple[EntryState, str],
    now: datetime,
) -> EntryApplication:
    state, words = answer
    application = lock(session, identity, application_id)
    _require_turn(identity, application, (*NEXT, EntryState.NOTICE))
    words = require_words(words)
    application.state = state
    done = step(session, identity.person_id, application, (state, words), now)
    tell_applicant(session, application, f"entry_{state.lower()}", done, now)
    return application


def _require_turn(
    identity: Identity, application: EntryApplication, states: Collection[EntryState]
) -> None:
    """Only in one of the states, only by its role, only by somebody new to it."""
    if not identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER):
        raise Forbidden
    if application.state not in states:
        raise EntryElsewhere
    if not holds_role(identity, application.state):
        raise Forbidden
    if turn_of(identity, application.state, hands_of(application)) is None:
        raise OwnEntryStep


def _require_settled(session: Session, application: EntryApplication) -> None:
    number = session.scalar(
        select(func.count())
        .select_from(EntryRequirement)
        .where(
            EntryRequirement.application_id == application.id,
            EntryRequirement.state == Settled.OPEN,
        )
    )
    if number:
        raise OpenRequirements(number=number)
