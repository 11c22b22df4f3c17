"""Disputes about whose sale an order was: asked by a host, answered by the operations centre."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.commission.commands import ask_dispute, end_dispute, lock_dispute, require_open
from marketplace.commission.queries.claims import claims_of_orders
from marketplace.commission.queries.disputes import DisputeRow, get_dispute
from marketplace.commission.rules.disputes import (
    CHOOSE_ONE,
    NO_SUCH_ORDER,
    NOT_OFFERED,
    DisputeState,
    require_decider,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.hosts.queries import agencies_of
from marketplace.hosts.rules import works_for_host
from marketplace.livestream.queries.disputed import HeldOffer, has_offered, offers_before
from marketplace.notices.commands import Matter, tell_readers
from marketplace.ordering.commands.record import lines_of, lock_orders, lock_purchase
from marketplace.ordering.commands.regrant import Granting, regrant
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.producers.queries import get_producer
from marketplace.units.queries import find_centre_over


def dispute_sale(
    session: Session,
    identity: Identity,
    host_id: int,
    wish: tuple[str, str],
    now: datetime,
) -> int:
    """Somebody of the host says something about an order (its number, the words); the id of the
    dispute. Raises NotFound, InvalidInput for an order without goods of the host's sessions,
    DisputeAsked."""
    if not works_for_host(identity, host_id):
        raise NotFound
    number, words = wish
    order = session.scalars(
        select(Order).where(Order.number == number, Order.placed_at.is_not(None))
    ).one_or_none()
    products = _products_of(session, order) if order else set()
    if order is None or not has_offered(session, host_id, products):
        raise invalid("number", NO_SUCH_ORDER)
    dispute = ask_dispute(session, identity, (host_id, order.id), words, now)
    _leave_a_trail(session, identity, dispute.id, ("asked", words), now)
    centre = find_centre_over(session, get_producer(session, order.producer_id).township_code)
    if centre is not None:
        address = f"/desk/disputes/{dispute.id}"
        matter = Matter("dispute", dispute.id, {"number": order.number}, address, "asked")
        readers = (OrganisationKind.CENTRE, centre.id, (Role.OPERATOR,))
        tell_readers(session, "dispute_asked", matter, readers, now, but=[identity.person_id])
    return dispute.id


def _products_of(session: Session, order: Order) -> set[int]:
    return set(session.scalars(select(OrderLine.product_id).where(OrderLine.order_id == order.id)))


def withdraw_dispute(
    session: Session, identity: Identity, host_id: int, dispute_id: int, now: datetime
) -> None:
    """Somebody of the host takes it back. A second click is quiet."""
    if not works_for_host(identity, host_id):
        raise NotFound
    dispute = lock_dispute(session, dispute_id)
    if dispute.host_id != host_id:
        raise NotFound
    if dispute.state == DisputeState.WITHDRAWN:
        return
    require_open(dispute)
    end_dispute(session, identity, dispute, (DisputeState.WITHDRAWN, ""), now)
    _leave_a_trail(session, identity, dispute_id, ("withdrawn", ""), now)


def refuse_dispute(
    session: Session, identity: Identity, dispute_id: int, reason: str, now: datetime
) -> None:
    """It stays as it is, and the host reads why."""
    _purchase, order, asked = _open(session, identity, dispute_id)
    dispute = lock_dispute(session, dispute_id)
    require_open(dispute)
    end_dispute(session, identity, dispute, (DisputeState.REFUSED, reason), now)
    _leave_a_trail(session, identity, dispute_id, ("refused", reason), now)
    _tell_host(session, "dispute_refused", asked, order, now)


def grant_dispute(
    session: Session,
    identity: Identity,
    dispute_id: int,
    answer: tuple[Mapping[int, int], str],
    now: datetime,
) -> None:
    """Lines (by id) become sales of the host's under offers (by id) of sessions before the order.

    Two disputes of one order follow each other at its purchase. Raises NotFound, Forbidden,
    OwnDispute, DisputeEnded, InvalidInput, BoughtByTheHost, NothingChanges.
    """
    chosen, reason = answer
    purchase, order, asked = _open(session, identity, dispute_id)
    dispute = lock_dispute(session, dispute_id)
    require_open(dispute)
    offers = _offers(session, order, asked.host_id, chosen)
    granting = Granting(dispute_id, asked.host_id, reason)
    losers = regrant(session, (purchase, order), granting, offers, now)
    end_dispute(session, identity, dispute, (DisputeState.GRANTED, reason), now)
    _leave_a_trail(session, identity, dispute_id, ("granted", reason), now)
    _tell_host(session, "dispute_granted", asked, order, now)
    for loser in sorted(losers):
        address, params = f"/host/{loser}/statement", {"number": order.number}
        matter = Matter("dispute", dispute_id, params, address, str(loser))
        tell_readers(session, "sale_given_away", matter, (OrganisationKind.HOST, loser, ()), now)


def _open(
    session: Session, identity: Identity, dispute_id: int
) -> tuple[Purchase, Order, DisputeRow]:
    """The order of a dispute, locked, for whoever may answer it."""
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden if identity.is_in_centre() else NotFound
    asked = get_dispute(session, dispute_id)
    purchase_id = session.scalars(select(Order.purchase_id).where(Order.id == asked.order_id)).one()
    purchase = lock_purchase(session, purchase_id)
    orders = lock_orders(session, purchase_id)
    order = next(one for one in orders if one.id == asked.order_id)
    claims = claims_of_orders(session, [order.id]).values()
    hosts = {asked.host_id, *(claim.host_id for claim in claims if claim.host_id)}
    agencies = {claim.agency_id for claim in claims if claim.agency_id}
    assert purchase.submitted_at is not None, purchase_id
    mine = agencies_of(session, [asked.host_id], day_of(purchase.submitted_at))
    agencies |= {share.agency_id for share in mine.values()}
    require_decider(identity, asked.asked_by, hosts, agencies)
    return purchase, order, asked


def _offers(
    session: Session, order: Order, host_id: int, chosen: Mapping[int, int]
) -> dict[int, HeldOffer]:
    """The offers chosen for lines. Raises InvalidInput where none is, or one is not the host's."""
    if not chosen:
        raise invalid("lines", CHOOSE_ONE)
    products = {line.id: line.product_id for line in lines_of(session, order)}
    assert order.placed_at is not None, order.id
    held = {
        offer.offer_id: offer
        for offer in offers_before(session, host_id, set(products.values()), order.placed_at)
    }
    for line_id, offer_id in chosen.items():
        offer = held.get(offer_id)
        if offer is None or products.get(line_id) != offer.product_id:
            raise invalid(f"offer-{line_id}", NOT_OFFERED)
    return {line_id: held[offer_id] for line_id, offer_id in chosen.items()}


def _tell_host(
    session: Session, event: str, asked: DisputeRow, order: Order, now: datetime
) -> None:
    address = f"/host/{asked.host_id}/disputes/{asked.id}"
    matter = Matter("dispute", asked.id, {"number": order.number}, address, "answered")
    tell_readers(session, event, matter, (OrganisationKind.HOST, asked.host_id, ()), now)


def _leave_a_trail(
    session: Session, identity: Identity, dispute_id: int, said: tuple[str, str], now: datetime
) -> None:
    what, words = said
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"dispute.{what}",
        object_kind="dispute",
        object_id=dispute_id,
        before=None,
        after={"words": words} if words else None,
    )
