"""Who hears of what happens to orders, where it leads them, and what is settled by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity, member_ids
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import look_at, tell_people
from marketplace.notices.rules import Tiding
from marketplace.ordering.commands.settle import outstanding_fen
from marketplace.ordering.models import (
    Invoice,
    Order,
    Purchase,
    Reattribution,
    Refund,
    ShortRequest,
)
from marketplace.ordering.queries.approval import open_step, turns_of, whose_turn
from marketplace.ordering.queries.open_matters import CHECKS
from marketplace.ordering.queries.parts import goods_of
from marketplace.ordering.rules import PurchaseState
from marketplace.ordering.rules.debts import REMINDERS
from marketplace.outbox.rules import Payload
from marketplace.producers.queries import get_producer
from marketplace.units.queries import get_unit

BUYER, FINANCE, PRODUCER = "buyer", "finance", "producer"
APPROVERS, OTHER_APPROVERS = "whose turn it is", "those it falls to"
ACCEPTORS, PAYERS = "buyer and approvers", "buyer and finance"
BOTH_SIDES = "approvers of both units"

# Event → who hears of it. Its words stand with all others in `notices.rules.topics`.
LETTERS = {
    "approval_waiting": APPROVERS,
    "approval_reminder": APPROVERS,
    "approval_fallback": OTHER_APPROVERS,
    "purchase_approved": BUYER,
    "purchase_rejected": BUYER,
    "order_placed": PRODUCER,
    "order_confirmed": BUYER,
    "order_shipped": BUYER,
    "order_accepted": PRODUCER,
    "order_paid": PRODUCER,
    "order_completed": BUYER,
    "order_cancelled": PRODUCER,
    "order_declined": BUYER,
    "order_expired": BUYER,
    "receipt_due": BUYER,
    "acceptance_due": BUYER,
    "acceptance_late": ACCEPTORS,
    "prepay_soon": PAYERS,
    "prepay_last": PAYERS,
    "pay_soon": FINANCE,
    "pay_due": FINANCE,
    "pay_late": FINANCE,
    "pay_very_late": FINANCE,
    "invoice_registered": BUYER,
    "order_uninvoiced": PRODUCER,
    "refund_requested": PRODUCER,
    "refund_refused": BUYER,
    "refund_rejected": BUYER,
    "refund_withdrawn": PRODUCER,
    "refund_in_mediation": PRODUCER,
    "reattribution_asked": BOTH_SIDES,
    "refund_done": BUYER,
    "short_asked": ACCEPTORS,
    "short_agreed": PRODUCER,
    "short_refused": PRODUCER,
    "batch_recalled": ACCEPTORS,
    "batch_replaced": BUYER,
    "order_unserved": BUYER,
}
ROLES_TOLD = {
    ACCEPTORS: (Role.APPROVER,),
    FINANCE: (Role.FINANCE,),
    PAYERS: (Role.FINANCE,),
}
ALSO_THE_BUYER = frozenset({BUYER, ACCEPTORS, PAYERS})
ABOUT_APPROVAL = frozenset({"approval_waiting", "approval_reminder", "approval_fallback"})
ABOUT_PURCHASES = ABOUT_APPROVAL | {"purchase_approved", "purchase_rejected"}
ABOUT_DEBTS = frozenset(event for _days, event in REMINDERS) | {"prepay_soon", "prepay_last"}
ABOUT_MONEY = ABOUT_DEBTS | {"order_paid"}


@dataclass(frozen=True)
class Subject:
    """What an event is about: an object of its own, in an order or a purchase."""

    kind: str
    id: int
    purchase: Purchase
    order: Order | None = None

    @property
    def number(self) -> str:
        return self.order.number if self.order else self.purchase.number

    @property
    def address(self) -> str:
        if self.order:
            return f"/orders/{self.order.id}"
        return f"/purchases/{self.purchase.id}"

    @property
    def touched(self) -> set[tuple[str, int]]:
        """Everything whose open notices the event may have settled."""
        order = {("order", self.order.id)} if self.order else set()
        return {(self.kind, self.id), ("purchase", self.purchase.id), *order}


def write_letters(session: Session, payload: Payload, now: datetime) -> None:
    """Tells everyone an event concerns, each of them once, and settles what it has answered."""
    event, object_id = str(payload["event"]), int(payload["object_id"])
    subject = _find(session, event, object_id)
    params = {"number": subject.number, **_facts_of(session, event, subject)}
    tidings = [
        Tiding(
            person_id=person_id,
            kind=event,
            params=params,
            object_kind=subject.kind,
            object_id=subject.id,
            address=address,
            effect_key=f"{event}:{object_id}{payload.get('turn', '')}:{person_id}",
        )
        for person_id, address in sorted(_readers(session, event, subject, now).items())
    ]
    tell_people(session, tidings, now)
    look_at(session, subject.touched, CHECKS, now)


def _facts_of(session: Session, event: str, subject: Subject) -> dict[str, str | int]:
    """What it is about, in the facts that people know it by: for whom, and which money or goods;
    who buys for oneself is not named. Another unit, which is asked to take an order over, sees
    those on its own page."""
    if subject.kind == "reattribution":
        return {}
    order, about = subject.order, subject.order or subject.purchase
    unit = get_unit(session, about.unit_id).name if about.unit_id else ""
    if order is not None and event in ABOUT_MONEY:
        sum_fen = outstanding_fen(order) if event in ABOUT_DEBTS else order.paid_fen
        producer = get_producer(session, order.producer_id).name
        return {"unit": unit, "producer": producer, "sum_fen": sum_fen}
    name, kinds = goods_of(session, subject.purchase.id, order.id if order else None)
    total_fen = about.goods_fen + about.freight_fen
    return {"unit": unit, "goods": name, "kinds": kinds, "total_fen": total_fen}


def _find(session: Session, event: str, object_id: int) -> Subject:
    if event in ABOUT_PURCHASES:
        return Subject("purchase", object_id, session.get_one(Purchase, object_id))
    owner, order_id = "order", object_id
    if event.startswith("invoice_"):
        owner, order_id = "invoice", session.get_one(Invoice, object_id).order_id
    if event.startswith("refund_"):
        owner, order_id = "refund", session.get_one(Refund, object_id).order_id
    if event.startswith("short_"):
        owner, order_id = "short", session.get_one(ShortRequest, object_id).order_id
    if event == "reattribution_asked":
        owner, order_id = "reattribution", session.get_one(Reattribution, object_id).order_id
    order = session.get_one(Order, order_id)
    return Subject(owner, object_id, session.get_one(Purchase, order.purchase_id), order)


def _readers(session: Session, event: str, subject: Subject, now: datetime) -> Mapping[int, str]:
    """Who hears of an event, and the page it leads them to."""
    whom = LETTERS[event]
    if whom == BOTH_SIDES:
        return _both_sides(session, subject.id)
    if event in ABOUT_APPROVAL:
        turn = _turn(session, event, subject.purchase, now)
        return dict.fromkeys(turn, f"{subject.address}/approval")
    people = _members(session, whom, subject)
    buyer_id = subject.purchase.buyer_id
    if whom in ALSO_THE_BUYER and load_identity(session, buyer_id):
        people.add(buyer_id)
    return dict.fromkeys(people, subject.address)


def _turn(session: Session, event: str, purchase: Purchase, now: datetime) -> set[int]:
    """Whose turn it is to decide; of a step that fell to others, those who did not have it."""
    if purchase.state != PurchaseState.IN_APPROVAL:
        return set()
    turn = whose_turn(session, purchase, now)
    step = open_step(session, purchase.id)
    if LETTERS[event] == APPROVERS or step is None or step.opened_at is None:
        return turn
    return turn - turns_of(session, [purchase.id], step.opened_at)[purchase.id]


def _members(session: Session, whom: str, subject: Subject) -> set[int]:
    """Those who hear of it by the role they hold."""
    organisation = (OrganisationKind.UNIT, subject.purchase.unit_id)
    roles = ROLES_TOLD.get(whom, ())
    # Of an order that was left before it was placed, its producer has never heard.
    if whom == PRODUCER and subject.order and subject.order.placed_at:
        organisation, roles = (OrganisationKind.PRODUCER, subject.order.producer_id), (Role.CLERK,)
    kind, organisation_id = organisation
    if organisation_id is None or not roles:
        return set()
    return member_ids(session, kind, organisation_id, *roles)


def _both_sides(session: Session, reattribution_id: int) -> Mapping[int, str]:
    """The approvers of both units, each at the page of their own."""
    asked = session.get_one(Reattribution, reattribution_id)
    if asked.state != "ASKED":
        return {}
    return {
        person_id: f"/unit/{unit_id}/reattributions"
        for unit_id in (asked.to_unit_id, asked.from_unit_id)
        for person_id in member_ids(session, OrganisationKind.UNIT, unit_id, Role.APPROVER)
    }
