"""A unit asks, producers answer; who answers better before the last day answers again."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.queries import list_own_packs, variants_for
from marketplace.contracts.models import (
    Inquiry,
    InquiryLine,
    InquiryProducer,
    InquiryStep,
    Quotation,
    QuotationLine,
)
from marketplace.contracts.queries.offers import latest_answers, packs_of_lines
from marketplace.contracts.rules.inquiries import (
    GivenInquiry,
    GivenQuotation,
    InquiryState,
    Offer,
    asks_for,
    is_better,
    sees_inquiries_of,
    wrong_inquiry,
    wrong_quotation,
)
from marketplace.contracts.rules.refusals import (
    InquiryOver,
    InquiryWrongState,
    NeedsReason,
    NotBetter,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.ids import new_code
from marketplace.core.money import format_yuan
from marketplace.notices.commands import Matter, Readers, tell_readers
from marketplace.producers.queries import names_of

UNKNOWN_PRODUCER = N_("没有这家供应商,请照名册写全称。")
UNKNOWN_PACK = N_("没有这种商品规格,请从商品页重新选择,或用文字描述。")


def ask(
    session: Session, identity: Identity, unit_id: int, given: GivenInquiry, now: datetime
) -> Inquiry:
    """Asks the producers, and tells each of them. Raises NotFound, Forbidden, InvalidInput."""
    if not asks_for(identity, unit_id):
        raise Forbidden if sees_inquiries_of(identity, unit_id) else NotFound
    errors = wrong_inquiry(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    _check_known(session, given, now)
    inquiry = Inquiry(
        number=f"X{new_code(9)}",
        unit_id=unit_id,
        title=given.title.strip(),
        state=InquiryState.ASKED,
        answer_until=given.answer_until,
        wanted_by=given.wanted_by,
        address=given.address.strip(),
        remark=given.remark,
        asked_by=identity.person_id,
        asked_at=now,
    )
    session.add(inquiry)
    session.flush()
    lines = [
        {"inquiry_id": inquiry.id, "position": place, **vars(line)}
        for place, line in enumerate(given.lines, 1)
    ]
    session.execute(insert(InquiryLine), lines)
    asked = [{"inquiry_id": inquiry.id, "producer_id": one} for one in given.producers]
    session.execute(insert(InquiryProducer), asked)
    for producer_id in given.producers:
        tell_producer(session, inquiry, producer_id, "inquiry_asked", now)
    step(session, inquiry, (identity, "ASKED", ""), now)
    return inquiry


def _check_known(session: Session, given: GivenInquiry, now: datetime) -> None:
    if len(names_of(session, list(given.producers))) < len(given.producers):
        raise invalid("producer-1", UNKNOWN_PRODUCER)
    wanted = [line.variant_id for line in given.lines if line.variant_id is not None]
    known = variants_for(session, wanted, day_of(now))
    for place, line in enumerate(given.lines, 1):
        if line.variant_id is not None and line.variant_id not in known:
            raise invalid(f"words-{place}", UNKNOWN_PACK)


def answer(
    session: Session,
    identity: Identity,
    subject: tuple[int, int],
    given: GivenQuotation,
    now: datetime,
) -> Quotation:
    """A producer (inquiry, producer) answers until the last day, or answers better.

    Raises NotFound for whoever was not asked, InquiryOver, NotBetter, InvalidInput.
    """
    inquiry_id, producer_id = subject
    inquiry = _open_asked(session, identity, inquiry_id, producer_id)
    today = day_of(now)
    if inquiry.state != InquiryState.ASKED or today > inquiry.answer_until:
        raise InquiryOver(day=inquiry.answer_until.isoformat())
    lines = packs_of_lines(session, inquiry_id)
    if not given.prices.keys() <= lines.keys():
        raise NotFound
    chosen = [price.variant_id for price in given.prices.values()]
    packs = list_own_packs(session, producer_id, chosen, today, on_sale=True)
    own = {pack.variant_id for pack in packs}
    errors = wrong_quotation(given, own, inquiry.answer_until)
    if errors:
        raise InvalidInput(*errors)
    goods_fen = sum(price.price_fen * lines[line] for line, price in given.prices.items())
    offer = Offer(producer_id, len(given.prices), goods_fen, given.freight_fen)
    before = latest_answers(session, inquiry_id, today).get(producer_id)
    if before is not None and inquiry.all_answered_at and not is_better(offer, before.offer):
        raise NotBetter(before=format_yuan(before.offer.total_fen))
    revision = before.revision + 1 if before else 1
    quotation = _keep(session, identity, (inquiry_id, producer_id, revision), given, now)
    _open_if_all_answered(session, inquiry, now)
    return quotation


def _keep(
    session: Session,
    identity: Identity,
    key: tuple[int, int, int],
    given: GivenQuotation,
    now: datetime,
) -> Quotation:
    inquiry_id, producer_id, revision = key
    quotation = Quotation(
        inquiry_id=inquiry_id,
        producer_id=producer_id,
        revision=revision,
        freight_fen=given.freight_fen,
        delivery_days=given.delivery_days,
        valid_until=given.valid_until,
        remark=given.remark,
        answered_by=identity.person_id,
        answered_at=now,
    )
    session.add(quotation)
    session.flush()
    if given.prices:
        rows = [
            {"quotation_id": quotation.id, "line_id": line_id, **vars(price)}
            for line_id, price in sorted(given.prices.items())
        ]
        session.execute(insert(QuotationLine), rows)
    return quotation


def _open_if_all_answered(session: Session, inquiry: Inquiry, now: datetime) -> None:
    """With the last answer the seals are off, and the unit is told."""
    asked = select(func.count()).where(InquiryProducer.inquiry_id == inquiry.id)
    answered = select(func.count(Quotation.producer_id.distinct())).where(
        Quotation.inquiry_id == inquiry.id
    )
    if inquiry.all_answered_at is None and session.scalar(asked) == session.scalar(answered):
        inquiry.all_answered_at = now
        tell_unit(session, inquiry, "inquiry_open", Role.BUYER, now)
        session.flush()


def close_inquiry(
    session: Session, identity: Identity, inquiry_id: int, words: str, now: datetime
) -> Inquiry:
    """The unit gives it up and says why; those asked are told."""
    inquiry = open_inquiry(session, identity, inquiry_id)
    if not asks_for(identity, inquiry.unit_id):
        raise Forbidden
    if inquiry.state == InquiryState.CLOSED:
        return inquiry
    if not words.strip():
        raise NeedsReason
    if inquiry.state == InquiryState.DECIDED:
        raise InquiryWrongState
    inquiry.state = InquiryState.CLOSED
    for producer_id in list_asked(session, inquiry.id):
        tell_producer(session, inquiry, producer_id, "inquiry_closed", now)
    step(session, inquiry, (identity, "CLOSED", words.strip()), now)
    return inquiry


def list_asked(session: Session, inquiry_id: int) -> list[int]:
    """The producers who were asked."""
    wanted = select(InquiryProducer.producer_id).where(InquiryProducer.inquiry_id == inquiry_id)
    return list(session.scalars(wanted.order_by(InquiryProducer.producer_id)))


def _lock(session: Session, inquiry_id: int) -> Inquiry:
    inquiry = session.scalar(
        select(Inquiry)
        .where(Inquiry.id == inquiry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if inquiry is None:
        raise NotFound
    return inquiry


def open_inquiry(session: Session, identity: Identity, inquiry_id: int) -> Inquiry:
    """The inquiry, locked, for the unit's side. Raises NotFound."""
    inquiry = _lock(session, inquiry_id)
    if not sees_inquiries_of(identity, inquiry.unit_id):
        raise NotFound
    return inquiry


def _open_asked(session: Session, identity: Identity, inquiry_id: int, producer_id: int) -> Inquiry:
    inquiry = _lock(session, inquiry_id)
    works = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    if not works or producer_id not in list_asked(session, inquiry_id):
        raise NotFound
    return inquiry


def step(
    session: Session, inquiry: Inquiry, deed: tuple[Identity, str, str], now: datetime
) -> None:
    """Writes down what was done, in the inquiry's own history and in the trail."""
    actor, kind, words = deed
    session.add(
        InquiryStep(inquiry_id=inquiry.id, at=now, actor_id=actor.person_id, kind=kind, words=words)
    )
    session.flush()
    record(
        session,
        now,
        actor_id=actor.person_id,
        action=f"inquiry.{kind.lower()}",
        object_kind="inquiry",
        object_id=inquiry.id,
        before=None,
        after={"state": inquiry.state, "chosen_producer_id": inquiry.chosen_producer_id},
    )


def tell_producer(
    session: Session, inquiry: Inquiry, producer_id: int, event: str, now: datetime
) -> None:
    readers: Readers = (OrganisationKind.PRODUCER, producer_id, ())
    address = f"/producer/{producer_id}/inquiries/{inquiry.id}"
    tell_readers(session, event, _matter_of(inquiry, address, now), readers, now)


def tell_unit(session: Session, inquiry: Inquiry, event: str, role: str, now: datetime) -> None:
    readers: Readers = (OrganisationKind.UNIT, inquiry.unit_id, (role,))
    address = f"/inquiries/{inquiry.id}"
    tell_readers(session, event, _matter_of(inquiry, address, now), readers, now)


def _matter_of(inquiry: Inquiry, address: str, now: datetime) -> Matter:
    return Matter("inquiry", inquiry.id, {"number": inquiry.number}, address, now.isoformat())
