"""The process that is killed: it serves private purchases and works off what waits."""

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from marketplace import create_app
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.queries import get_person, load_identity
from marketplace.cli.worker import Worker
from marketplace.core.identity import Identity
from marketplace.jobs import list_jobs
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import GATEWAY, OUTGOING, SUSPENSE
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.rules import LineVerdict, Parcel, RefundedLine, RefundWish
from marketplace.payments.models import Payment, Payout
from marketplace.reports.queries import reconcile
from marketplace.web import db
from tests.conftest import FrozenClock, settings_for
from tests.county import CONSIGNEE, START
from tests.payments.fake_stripe import SECRET, signed

BETWEEN = timedelta(minutes=20)


@dataclass
class Shop:
    """The marketplace in this process, and the people in it."""

    task: dict[str, Any]
    clock: FrozenClock

    def __post_init__(self) -> None:
        settings = settings_for(
            self.task["database_url"],
            Path(self.task["folder"]),
            stripe_secret_key="sk_test_storm",
            stripe_webhook_secret=SECRET,
            stripe_api_base=self.task["gateway"],
        )
        self.app = create_app(settings, clock=self.clock)
        with self.app.app_context():
            self.open = sessionmaker(db.engine, expire_on_commit=False)
        self.jobs = list_jobs(settings)
        with self.open() as session:
            self.shopper = self._person(session, "shopper")
            self.clerk = self._person(session, "clerk")
            person = get_person(session, self.shopper.person_id)
            self.token = create_token(session, person, self.clock()).token
            session.commit()

    def _person(self, session: Session, name: str) -> Identity:
        found = load_identity(session, self.task["county"][name])
        assert found is not None
        return found

    def work(self) -> None:
        worker = Worker("storm", self.open, self.jobs, self.clock)
        worker.begin()
        while worker.work():
            pass

    def call(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.app.test_client().post(f"/api/v1{path}", json=body, headers=headers)

    def hear(self, chance: random.Random | None) -> None:
        """Takes what the gateway tells: in the storm some of it twice, in any order, or never."""
        with urlopen(f"{self.task['gateway']}/test/events") as answer:
            events = json.loads(answer.read())
        if chance is not None:
            events = [event for event in events for _ in range(chance.choice((0, 1, 1, 2)))]
            chance.shuffle(events)
        for event in events:
            payload = json.dumps(event).encode()
            client = self.app.test_client()
            headers = {"Stripe-Signature": signed(payload)}
            answer = client.post("/api/v1/webhooks/stripe", data=payload, headers=headers)
            assert answer.status_code == 200, answer.text


def journey(shop: Shop, chance: random.Random) -> None:
    """A private purchase that goes one of several ways."""
    wish = {
        "unit_id": None,
        "fund": "INDIVIDUAL",
        "payment_terms": "PREPAY",
        "lines": [{"variant_id": shop.task["county"]["variant"], "quantity": chance.randint(1, 3)}],
        "consignee": vars(CONSIGNEE),
    }
    purchase_id = shop.call("/purchases", wish).json["id"]
    assert shop.call(f"/purchases/{purchase_id}/submit", {}).status_code == 200
    page = shop.call(f"/purchases/{purchase_id}/payments", {"method": "stripe"})
    assert page.status_code == 201, page.text
    way = chance.choice(("paid", "paid", "cancelled", "late", "unpaid", "refunded"))
    if way == "late":
        shop.clock.now += timedelta(minutes=31)
        shop.work()
    if way != "unpaid":
        with shop.open() as session:
            pages = select(Payment.gateway_id).where(Payment.purchase_id == purchase_id)
            gateway_id = session.scalars(pages).one()
        urlopen(Request(f"{shop.task['gateway']}/test/pay/{gateway_id}", method="POST"))
    shop.hear(chance)
    with shop.open() as session:
        for _ in _go_on(session, shop, purchase_id, way):
            session.commit()
    shop.work()
    shop.hear(chance)


def _go_on(session: Session, shop: Shop, purchase_id: int, way: str) -> Iterator[None]:
    order = session.scalars(select(Order).where(Order.purchase_id == purchase_id)).one()
    now = shop.clock()
    if order.payment_state != "PAID" or order.state != "PLACED":
        return
    if way == "cancelled":
        ordering.cancel_purchase(session, shop.shopper, purchase_id, "不需要了", now)
        yield
        return
    ordering.confirm(session, shop.clerk, order.id, None, now)
    yield
    ordering.ship(session, shop.clerk, order.id, Parcel("邮政", f"EMS{order.id}"), now)
    yield
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    verdicts = tuple(LineVerdict(line.id, line.quantity) for line in lines)
    ordering.accept(session, shop.shopper, order.id, verdicts, now)
    yield
    if way == "refunded":
        back = RefundWish((RefundedLine(lines[0].id, 1),), None, "发霉")
        refund = ordering.request_refund(session, shop.shopper, order.id, back, now)
        yield
        ordering.approve_refund(session, shop.clerk, refund.id, now)
        yield


def settle_down(shop: Shop) -> dict[str, Any]:
    """Hears and does everything that is left, over some days; then proves the books."""
    for _ in range(12):
        shop.hear(None)
        shop.work()
        shop.clock.now += timedelta(hours=7)
    with shop.open() as session:
        states = session.execute(select(Payment.state, Payment.received_fen)).all()
        paid_out = select(func.count()).where(Payout.state == "PAID")
        return {
            "breaks": [str(found) for found in reconcile(session)],
            "gateway_fen": int(balance_of(session, GATEWAY)),
            "outgoing_fen": int(balance_of(session, OUTGOING)),
            "suspense_fen": int(balance_of(session, SUSPENSE)),
            "received": sum(1 for state, _ in states if state == "RECEIVED"),
            "received_fen": sum(fen for _, fen in states),
            "given_back": session.scalar(paid_out),
            "purchases": session.scalar(select(func.count()).select_from(Purchase)),
        }


def main(task: dict[str, Any]) -> None:
    first, until = int(task["first"]), int(task["until"])
    if first == until:
        calm = Shop(task, FrozenClock(START + until * BETWEEN + timedelta(hours=1)))
        _say(settle_down(calm))
        return
    shop = Shop(task, FrozenClock(START + first * BETWEEN))
    for number in range(first, until):
        chance = random.Random(f"{task['seed']}/{number}")
        shop.clock.now = max(shop.clock.now, START + number * BETWEEN)
        journey(shop, chance)
        _say({"done": number + 1})


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201


def nurse() -> None:
    """Begins a life for each task that comes in, and says how it ended."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            main(json.loads(line))
            os._exit(0)
        _say({"pid": pid})
        _pid, status = os.waitpid(pid, 0)
        _say({"status": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    nurse()
