"""Choosing among the answers: a buyer chooses and says why, an approver confirms, and what was
chosen becomes a signed contract of exactly those lines and that sum."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.contracts.commands.inquiries import (
    list_asked,
    open_inquiry,
    step,
    tell_producer,
    tell_unit,
)
from marketplace.contracts.commands.record import step as contract_step
from marketplace.contracts.models import ContractLine, FrameworkContract, Inquiry
from marketplace.contracts.queries.offers import Answer, latest_answers, packs_of_lines
from marketplace.contracts.rules.contracts import ContractState, Side
from marketplace.contracts.rules.inquiries import InquiryState, asks_for, cheapest, is_open
from marketplace.contracts.rules.refusals import (
    InquiryWrongState,
    NeedsReason,
    NothingOffered,
    OfferExpired,
    OwnChoice,
    StillSealed,
    WhyNotCheapest,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.ids import new_code
from marketplace.units.queries import get_unit


def choose(
    session: Session,
    identity: Identity,
    subject: tuple[int, int],
    reason: str,
    now: datetime,
) -> Inquiry:
    """The buyer chooses a producer (inquiry, producer); the reason is needed where another is
    cheaper. Raises StillSealed, NothingOffered, OfferExpired, WhyNotCheapest."""
    inquiry_id, producer_id = subject
    inquiry = open_inquiry(session, identity, inquiry_id)
    if not asks_for(identity, inquiry.unit_id):
        raise Forbidden
    if inquiry.state != InquiryState.ASKED:
        raise InquiryWrongState
    _require_open(inquiry, now)
    answers = latest_answers(session, inquiry_id, day_of(now))
    _require_standing(answers.get(producer_id), now)
    is_cheapest = producer_id in cheapest([one.offer for one in answers.values()])
    if not is_cheapest and not reason.strip():
        raise WhyNotCheapest
    inquiry.state = InquiryState.CHOSEN
    inquiry.chosen_producer_id, inquiry.chosen_by = producer_id, identity.person_id
    inquiry.choice_reason = reason.strip()
    step(session, inquiry, (identity, "CHOSEN", reason.strip()), now)
    tell_unit(session, inquiry, "inquiry_chosen", Role.APPROVER, now)
    return inquiry


def _require_open(inquiry: Inquiry, now: datetime) -> None:
    all_answered = inquiry.all_answered_at is not None
    if not is_open(inquiry.answer_until, all_answered=all_answered, today=day_of(now)):
        raise StillSealed(day=inquiry.answer_until.isoformat())


def _require_standing(answer: Answer | None, now: datetime) -> Answer:
    if answer is None:
        raise NotFound
    if not answer.lines:
        raise NothingOffered
    if answer.valid_until < day_of(now):
        raise OfferExpired(day=answer.valid_until.isoformat())
    return answer


def confirm_choice(
    session: Session, identity: Identity, inquiry_id: int, now: datetime
) -> FrameworkContract:
    """An approver, other than who chose, agrees: the contract is signed, everyone is told.
    A second click finds the contract that the first one made."""
    inquiry = open_inquiry(session, identity, inquiry_id)
    if not identity.has_role(OrganisationKind.UNIT, inquiry.unit_id, Role.APPROVER):
        raise Forbidden
    if inquiry.contract_id is not None:
        return session.get_one(FrameworkContract, inquiry.contract_id)
    if inquiry.state != InquiryState.CHOSEN:
        raise InquiryWrongState
    unit = get_unit(session, inquiry.unit_id)
    if unit.four_eyes and identity.person_id == inquiry.chosen_by:
        raise OwnChoice
    chosen_id = inquiry.chosen_producer_id
    assert chosen_id is not None
    answers = latest_answers(session, inquiry_id, day_of(now))
    answer = _require_standing(answers.get(chosen_id), now)
    contract = _contract(session, identity, inquiry, answer, now)
    inquiry.state, inquiry.contract_id = InquiryState.DECIDED, contract.id
    step(session, inquiry, (identity, "DECIDED", ""), now)
    for producer_id in list_asked(session, inquiry.id):
        event = "inquiry_won" if producer_id == chosen_id else "inquiry_lost"
        tell_producer(session, inquiry, producer_id, event, now)
    return contract


def return_choice(
    session: Session, identity: Identity, inquiry_id: int, words: str, now: datetime
) -> Inquiry:
    """The approver does not agree and says why: the buyer chooses again."""
    inquiry = open_inquiry(session, identity, inquiry_id)
    if not identity.has_role(OrganisationKind.UNIT, inquiry.unit_id, Role.APPROVER):
        raise Forbidden
    if not words.strip():
        raise NeedsReason
    if inquiry.state != InquiryState.CHOSEN:
        raise InquiryWrongState
    inquiry.state = InquiryState.ASKED
    inquiry.chosen_producer_id = inquiry.chosen_by = None
    inquiry.choice_reason = ""
    step(session, inquiry, (identity, "RETURNED", words.strip()), now)
    tell_unit(session, inquiry, "inquiry_returned", Role.BUYER, now)
    return inquiry


def _contract(
    session: Session, identity: Identity, inquiry: Inquiry, answer: Answer, now: datetime
) -> FrameworkContract:
    """What was offered, signed: the producer by answering, the unit by its approver."""
    today = day_of(now)
    contract = FrameworkContract(
        number=f"K{new_code(9)}",
        unit_id=inquiry.unit_id,
        producer_id=answer.producer_id,
        title=inquiry.title,
        state=ContractState.SIGNED,
        side=Side.UNIT,
        total_fen=answer.offer.goods_fen,
        freight_fen=answer.freight_fen,
        valid_from=today,
        valid_until=max(answer.valid_until, inquiry.wanted_by),
        signed_how="CLOUD",
        reference=inquiry.number,
        signed_on=today,
        address=inquiry.address,
        written_by=inquiry.chosen_by,
        written_at=now,
        offered_by=inquiry.chosen_by,
        unit_signed_by=identity.person_id,
        producer_signed_by=answer.answered_by,
    )
    session.add(contract)
    session.flush()
    session.execute(insert(ContractLine), _lines(session, contract.id, inquiry.id, answer))
    contract_step(session, contract, (identity, "SIGNED", inquiry.number), now)
    return contract


def _lines(
    session: Session, contract_id: int, inquiry_id: int, answer: Answer
) -> list[dict[str, object]]:
    """One line a pack and price; two lines that were answered with the same pack are one."""
    packs = packs_of_lines(session, inquiry_id)
    rows: dict[int, dict[str, object]] = {}
    wanted: dict[int, int] = {}
    for line_id, line in answer.lines.items():
        wanted[line.variant_id] = wanted.get(line.variant_id, 0) + packs[line_id]
        rows[line.variant_id] = {
            "contract_id": contract_id,
            "variant_id": line.variant_id,
            "product_name": line.product_name,
            "variant_name": line.variant_name,
            "price_fen": line.price_fen,
            "called_packs": 0,
        }
    return [{**row, "most_packs": wanted[variant_id]} for variant_id, row in rows.items()]
