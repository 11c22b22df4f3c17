"""Letters about orders: who hears of an event, and in which words."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members, load_identity
from marketplace.core.identity import OrganisationKind, Role
from marketplace.ordering.models import Invoice, Order, Purchase, Reattribution, Refund
from marketplace.ordering.queries.approval import whose_turn
from marketplace.ordering.queries.reattributions import find_open
from marketplace.outbox.commands import put_letter
from marketplace.outbox.rules import Letter, Payload

BUYER, APPROVERS, FINANCE, PRODUCER = "buyer", "approvers", "finance", "producer"
BOTH_SIDES = "approvers of both units"

# Event → who hears of it, and the line that tells it. A mail client shows both languages to
# everyone: the worker does not know on which device it will be read.
LETTERS = {
    "approval_waiting": (APPROVERS, "采购单 {number} 等待您审批 · A purchase awaits approval"),
    "purchase_rejected": (BUYER, "采购单 {number} 被退回 · Your purchase was sent back"),
    "order_placed": (PRODUCER, "新订单 {number},请在 15 天内确认 · A new order to confirm"),
    "order_confirmed": (BUYER, "订单 {number} 已接单 · Your order was confirmed"),
    "order_shipped": (BUYER, "订单 {number} 已发货 · Your order has been shipped"),
    "order_accepted": (PRODUCER, "订单 {number} 已验收 · Your goods were accepted"),
    "order_paid": (PRODUCER, "订单 {number} 货款已到账 · The order has been paid"),
    "order_completed": (BUYER, "订单 {number} 已完成 · Your order is complete"),
    "order_cancelled": (PRODUCER, "订单 {number} 已取消 · The order was cancelled"),
    "order_declined": (BUYER, "订单 {number} 未能接单 · The producer declined your order"),
    "order_expired": (BUYER, "订单 {number} 已超时关闭 · Your order has expired"),
    "pay_soon": (FINANCE, "订单 {number} 的货款一周内到期 · Payment is due within a week"),
    "pay_due": (FINANCE, "订单 {number} 的货款今天到期 · Payment is due today"),
    "pay_late": (FINANCE, "订单 {number} 的货款已逾期一周 · Payment is a week late"),
    "pay_very_late": (FINANCE, "订单 {number} 的货款已逾期一个月 · Payment is a month late"),
    "invoice_registered": (BUYER, "订单 {number} 已开票,请核对 · An invoice was registered"),
    "refund_requested": (PRODUCER, "订单 {number} 申请退款 · A refund was requested"),
    "refund_refused": (BUYER, "订单 {number} 的售后未获同意,7 天内可请运营中心调解 · Refused"),
    "refund_rejected": (BUYER, "订单 {number} 的售后申请已结束,未退款 · Your request was rejected"),
    "refund_withdrawn": (PRODUCER, "订单 {number} 的售后申请已撤回 · A request was withdrawn"),
    "refund_in_mediation": (PRODUCER, "订单 {number} 的售后由运营中心调解 · In mediation"),
    "reattribution_asked": (BOTH_SIDES, "订单 {number} 申请更正归属单位,请审批 · To another unit"),
    "refund_done": (BUYER, "订单 {number} 已退款 · Your refund is done"),
}
ABOUT_PURCHASES = frozenset({"approval_waiting", "purchase_rejected"})


def write_letters(session: Session, payload: Payload, now: datetime) -> None:
    """Writes to everyone an event concerns, each of them once."""
    event, object_id = str(payload["event"]), int(payload["object_id"])
    whom, words = LETTERS[event]
    purchase, order = _find(session, event, object_id)
    subject = words.format(number=order.number if order else purchase.number)
    for person_id, address in _recipients(session, whom, purchase, order, now):
        letter = Letter(
            effect_key=f"{event}:{object_id}{payload.get('turn', '')}:{person_id}",
            recipient=address,
            subject=subject,
            body=f"{subject}\n\n帮扶集 Bangfu Market",
        )
        put_letter(session, letter, now)


def _find(session: Session, event: str, object_id: int) -> tuple[Purchase, Order | None]:
    if event in ABOUT_PURCHASES:
        return session.get_one(Purchase, object_id), None
    order_id = object_id
    if event.startswith("invoice_"):
        order_id = session.scalars(select(Invoice.order_id).where(Invoice.id == object_id)).one()
    if event.startswith("refund_"):
        order_id = session.scalars(select(Refund.order_id).where(Refund.id == object_id)).one()
    if event == "reattribution_asked":
        order_id = session.get_one(Reattribution, object_id).order_id
    order = session.get_one(Order, order_id)
    return session.get_one(Purchase, order.purchase_id), order


def _recipients(
    session: Session, whom: str, purchase: Purchase, order: Order | None, now: datetime
) -> list[tuple[int, str]]:
    if whom == BUYER:
        buyer = load_identity(session, purchase.buyer_id)
        return [(buyer.person_id, buyer.login)] if buyer else []
    if whom == PRODUCER:
        assert order is not None
        members = list_members(session, OrganisationKind.PRODUCER, order.producer_id)
    elif whom == BOTH_SIDES:
        assert order is not None
        asked = find_open(session, order.id)
        sides = (asked.from_unit_id, asked.to_unit_id) if asked else ()
        members = [
            member
            for unit_id in sides
            for member in list_members(session, OrganisationKind.UNIT, unit_id, Role.APPROVER)
        ]
    else:
        assert purchase.unit_id is not None
        unit_id = purchase.unit_id
        role = Role.APPROVER if whom == APPROVERS else Role.FINANCE
        members = list_members(session, OrganisationKind.UNIT, unit_id, role)
        if whom == APPROVERS:
            turn = whose_turn(session, purchase, now)
            members = [member for member in members if not turn or member[0].id in turn]
    return sorted({(person.id, person.login) for person, _role in members})
