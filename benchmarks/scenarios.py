"""What is measured: pages that people read, and the two steps by which a bulk order lives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.instance import (
    Actors,
    best_seller,
    busiest,
    busiest_village,
    employ,
    fullest_category,
)
from benchmarks.visitor import Visitor
from benchmarks.years import top_unit
from marketplace.accounts.queries import find_person, load_identity
from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.rules import OriginShare, ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.core.identity import Identity
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order, get_purchase
from marketplace.ordering.rules import Consignee, LineVerdict, Parcel, PurchaseWish, WishedLine
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from marketplace.web import commit, now, session

LINES = 6
PIECES = 5
ENOUGH = 100_000


@dataclass(frozen=True)
class PageScenario:
    """A page read again and again."""

    name: str
    path: str
    # Whose browser asks: "buyer", "approver", "supervisor"; without one a visitor's.
    who: str = ""


@dataclass(frozen=True)
class Targets:
    """What the scenarios look at and act on, chosen once per database."""

    pages: tuple[PageScenario, ...]
    unit_id: int
    producer_id: int
    variants: tuple[int, ...]
    # The unit with most units below it.
    top: int = 0


def choose_targets(session: Session) -> Targets:
    """The heaviest page of each kind, and a producer with enough on its shelves."""
    unit_id = busiest(session, "unit_id")
    shelved = (
        PageScenario("home", "/"),
        PageScenario("category", f"/categories/{fullest_category(session)}"),
        PageScenario("product", f"/products/{best_seller(session)}"),
        PageScenario("village", f"/villages/{busiest_village(session)}"),
        PageScenario("board", "/board"),
        PageScenario("search", "/search?q=%E9%A6%99%E8%8F%87"),
    )
    drawn = (PageScenario(f"{page.name}-drawn", page.path, who="buyer") for page in shelved)
    top = top_unit(session)
    work = (
        PageScenario("suggestions", "/search/suggestions?q=xiangg"),
        PageScenario("basket", "/basket", who="buyer"),
        PageScenario("approvals", f"/unit/{unit_id}/approvals", who="approver"),
        PageScenario("unit", f"/unit/{unit_id}", who="buyer"),
        PageScenario("roll-up", f"/unit/{top}/units", who="supervisor"),
    )
    producer_id, variants = _well_stocked(session)
    return Targets((*shelved, *drawn, *work), unit_id, producer_id, variants, top)


def _well_stocked(session: Session) -> tuple[int, tuple[int, ...]]:
    """The producer with most pieces over its six fullest variants."""
    tables = Base.metadata.tables
    batch, variant, product = tables["batch"], tables["variant"], tables["product"]
    free = func.sum(batch.c.quantity_on_hand - batch.c.quantity_reserved)
    after = day_of(now()) + timedelta(days=2)
    rows = session.execute(
        select(product.c.producer_id, variant.c.id, free)
        .join_from(batch, variant, variant.c.id == batch.c.variant_id)
        .join(product, product.c.id == variant.c.product_id)
        .where(
            product.c.state == "PUBLISHED",
            variant.c.minimum_quantity <= PIECES,
            batch.c.expires_on.is_(None) | (batch.c.expires_on > after),
        )
        .group_by(product.c.producer_id, variant.c.id)
        .order_by(free.desc(), variant.c.id)
    )
    shelves: dict[int, list[tuple[int, int]]] = {}
    for producer_id, variant_id, pieces in rows:
        shelf = shelves.setdefault(producer_id, [])
        if len(shelf) < LINES:
            shelf.append((variant_id, pieces))
    full = {one: shelf for one, shelf in shelves.items() if len(shelf) == LINES}
    producer_id = max(full, key=lambda one: min(pieces for _, pieces in full[one]))
    return producer_id, tuple(variant_id for variant_id, _ in full[producer_id])


def bring_in(targets: Targets) -> None:
    """More of each than a measurement uses up, from where the goods come anyway."""
    batch, origin = (Base.metadata.tables[name] for name in ("batch", "batch_origin"))
    moment = now()
    for variant_id in targets.variants:
        first = select(func.min(batch.c.id)).where(batch.c.variant_id == variant_id)
        shares = select(origin.c.village_code, origin.c.share_ppm).where(
            origin.c.batch_id == first.scalar_subquery()
        )
        received = ReceivedBatch(
            variant_id,
            f"BENCH{variant_id}T{moment:%y%m%d%H%M%S}",
            day_of(moment),
            None,
            ENOUGH,
            tuple(OriginShare(*row) for row in session().execute(shares)),
        )
        receive_batch(session(), received, moment)
    commit()


def hire(targets: Targets, runs: int) -> list[Actors]:
    """People for each run, so that nobody meets the API's limit of writes."""
    return [employ(targets.unit_id, number) for number in range(runs)]


class Placing:
    """Draft, submit, approve over the API: what placing a bulk order takes."""

    name = "place"

    def __init__(self, port: int, targets: Targets, actors: Actors) -> None:
        self.buyer, self.approver = Visitor(port), Visitor(port)
        self.buyer.take_token(actors.buyer)
        self.approver.take_token(actors.approver)
        self.body = {
            "unit_id": targets.unit_id,
            "fund": "CANTEEN",
            "payment_terms": "PREPAY",
            "lines": [{"variant_id": one, "quantity": PIECES} for one in targets.variants],
            "consignee": {"name": "测量员", "phone": "13800000000", "address": "政府街 1 号"},
        }

    def once(self) -> None:
        purchase_id = self.buyer.call("/purchases", self.body)["id"]
        self.buyer.call(f"/purchases/{purchase_id}/submit")
        self.approver.call(f"/purchases/{purchase_id}/approve")


class Completing:
    """Accepting a paid bulk order: every book moves in this one request."""

    name = "complete"

    def __init__(self, port: int, actors: Actors, orders: Sequence[tuple[int, list[int]]]) -> None:
        self.approver = Visitor(port)
        self.approver.take_token(actors.approver)
        self.waiting = list(orders)

    def once(self) -> None:
        order_id, line_ids = self.waiting.pop()
        lines = [{"line_id": one, "accepted": PIECES} for one in line_ids]
        answer = self.approver.call(f"/orders/{order_id}/accept", {"lines": lines})
        assert answer["state"] == "COMPLETED", answer["state"]


def _person(login: str) -> Identity:
    person = find_person(session(), login)
    assert person is not None, login
    identity = load_identity(session(), person.id)
    assert identity is not None, login
    return identity


def _clerk(producer_id: int) -> Identity:
    held = Base.metadata.tables["membership"]
    wanted = select(held.c.person_id).where(
        held.c.organisation_kind == "PRODUCER", held.c.organisation_id == producer_id
    )
    identity = load_identity(session(), session().scalars(wanted.limit(1)).one())
    assert identity is not None
    return identity


def _wish(targets: Targets) -> PurchaseWish:
    return PurchaseWish(
        unit_id=targets.unit_id,
        fund="CANTEEN",
        payment_terms="PREPAY",
        lines=tuple(WishedLine(one, PIECES) for one in targets.variants),
        consignee=Consignee("测量员", "13800000000", "政府街 1 号"),
    )


def place_once(targets: Targets, actors: Actors) -> int:
    """Drafts, submits and approves in this process; returns the purchase."""
    buyer, approver = _person(actors.buyer), _person(actors.approver)
    purchase_id = ordering.draft_purchase(session(), buyer, _wish(targets), now()).id
    ordering.submit(session(), buyer, purchase_id, now())
    ordering.approve(session(), approver, purchase_id, now())
    commit()
    return purchase_id


def accept_once(actors: Actors, order: tuple[int, list[int]]) -> None:
    """Accepts a paid order in this process, which completes it."""
    order_id, line_ids = order
    verdicts = [LineVerdict(one, PIECES) for one in line_ids]
    ordering.accept(session(), _person(actors.approver), order_id, verdicts, now())
    commit()


def bring_to_door(targets: Targets, actors: Actors, count: int) -> list[tuple[int, list[int]]]:
    """So many paid and delivered orders, each waiting for nothing but its acceptance."""
    return [_bring_one(targets, actors) for _ in range(count)]


def _bring_one(targets: Targets, actors: Actors) -> tuple[int, list[int]]:
    buyer, clerk, cashier = (
        _person(actors.buyer),
        _clerk(targets.producer_id),
        _person("official@demo"),
    )
    purchase_id = place_once(targets, actors)
    moment = now()
    order_id = get_purchase(session(), buyer, purchase_id).orders[0].id
    ordering.confirm(session(), clerk, order_id, None, moment)
    payment = payments.ask_for_payment(session(), buyer, purchase_id, "bank_transfer", moment)
    receipt = Receipt(payment.amount_fen, day_of(moment), f"BENCH{payment.id}")
    payments.confirm_payment(session(), cashier, payment.id, receipt, moment)
    ordering.ship(session(), clerk, order_id, Parcel("测量", f"B{order_id}"), moment)
    ordering.receive(session(), buyer, order_id, moment)
    lines = get_order(session(), buyer, order_id).lines
    commit()
    return order_id, [line.id for line in lines]
