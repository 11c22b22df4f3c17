"""Clients that keep at it: whatever was not answered is asked again under the same key."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Lock
from typing import Any

from sqlalchemy import func, select

from benchmarks.instance import PASSWORD
from marketplace.accounts.commands import Grant, NewPerson, create_person, grant
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.rules.passwords import hash_password
from marketplace.catalogue.commands import add_variant, create_product, publish, receive_batch
from marketplace.catalogue.rules import NewProduct, NewVariant, OriginShare, ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.core.identity import OrganisationKind, Role
from marketplace.web import begin_again, commit, now, session

T = Base.metadata.tables
VILLAGE = "420304106205"
PIECES = 900_000
# Nobody answered, or a proxy for nobody: to be asked again. Everything else is an answer.
UNANSWERED = (500, 502, 503, 504)
GIVEN_UP_S = 60
# Every client finished what it had begun, so that nothing stands in between.
KEPT = ("PLACED", "COMPLETED", "CLOSED")


@dataclass(frozen=True)
class Cast:
    """Tokens of one of each for every client, and what they buy."""

    unit_id: int
    variant_id: int
    tokens: tuple[Mapping[str, str], ...]


def cast_roles(clients: int) -> Cast:
    """To be called inside the application."""
    begin_again(writing=True)
    unit_id = session().scalar(select(func.min(T["budget_unit"].c.id))) or 0
    producer_id = session().scalar(select(func.min(T["producer"].c.id))) or 0
    centre_id = session().scalar(select(func.min(T["operations_centre"].c.id))) or 0
    secret = hash_password(PASSWORD)
    roles = {
        "buyer": (OrganisationKind.UNIT, unit_id, Role.BUYER),
        "approver": (OrganisationKind.UNIT, unit_id, Role.APPROVER),
        "clerk": (OrganisationKind.PRODUCER, producer_id, Role.CLERK),
        "cashier": (OrganisationKind.CENTRE, centre_id, Role.CASHIER),
    }
    tokens = tuple(
        {name: _token(f"{name}{place}", secret, role) for name, role in roles.items()}
        for place in range(clients)
    )
    variant_id = _goods(producer_id)
    commit()
    return Cast(unit_id, variant_id, tokens)


def _token(name: str, secret: str, role: tuple[str, int, str]) -> str:
    new = NewPerson(f"{name}@drill.example", "演练员", secret)
    person = create_person(session(), new, now())
    grant(session(), Grant(person.id, *role), now(), actor_id=None)
    return create_token(session(), person, now()).token


def _goods(producer_id: int) -> int:
    moment = now()
    new = NewProduct(producer_id, "shiitake", "演练春菇", VILLAGE)
    product = create_product(session(), new, moment)
    variant = add_variant(session(), product.id, NewVariant("500 克", 1_000, 500), moment)
    whole = (OriginShare(VILLAGE, 1_000_000),)
    received = ReceivedBatch(variant.id, "DRILL1", day_of(moment), 365, PIECES, whole)
    receive_batch(session(), received, moment)
    publish(session(), product.id, moment)
    return variant.id


@dataclass
class Promises:
    """What was answered with yes, and what had to be asked again, with its second."""

    purchases: list[int] = field(default_factory=list)
    completed: int = 0
    waits_ms: list[float] = field(default_factory=list)
    repeated: list[float] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class Client:
    """One buyer with an approver, a clerk and a cashier at hand."""

    def __init__(self, port: int, cast: Cast, place: int, promises: Promises) -> None:
        self.port, self.cast, self.promises = port, cast, promises
        self.tokens = cast.tokens[place]
        self.connection = HTTPConnection("127.0.0.1", port, timeout=10)

    def call(self, who: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A write, until it is answered; the same key every time."""
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}",
            "Content-Type": "application/json",
            "Idempotency-Key": secrets.token_hex(12),
        }
        began, sent = time.time(), json.dumps(body or {}).encode()
        while True:
            status, said = self._ask(path, sent, headers)
            if status not in UNANSWERED:
                break
            with self.promises.lock:
                self.promises.repeated.append(time.time())
            assert time.time() - began < GIVEN_UP_S, (path, status, said[:300])
            time.sleep(0.1)
        assert status < 400, (path, status, said[:400])
        with self.promises.lock:
            self.promises.waits_ms.append(1000 * (time.time() - began))
        return json.loads(said)

    def _ask(self, path: str, sent: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            self.connection.request("POST", f"/api/v1{path}", sent, dict(headers))
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (HTTPException, OSError) as trouble:
            self.connection.close()
            return 502, repr(trouble).encode()

    def once(self) -> None:
        """An order from the wish to the last book."""
        wish = {
            "unit_id": self.cast.unit_id,
            "fund": "CANTEEN",
            "payment_terms": "PREPAY",
            "lines": [{"variant_id": self.cast.variant_id, "quantity": 2}],
            "consignee": {"name": "演练员", "phone": "13800000000", "address": "政府街 1 号"},
        }
        purchase = self.call("buyer", "/purchases", wish)["id"]
        self.call("buyer", f"/purchases/{purchase}/submit")
        placed = self.call("approver", f"/purchases/{purchase}/approve")
        with self.promises.lock:
            self.promises.purchases.append(purchase)
        self._finish(purchase, placed["orders"][0])

    def _finish(self, purchase: int, order: Mapping[str, Any]) -> None:
        asked = self.call("buyer", f"/purchases/{purchase}/payments", {"method": "bank_transfer"})
        came = {
            "received_fen": asked["amount_fen"],
            "received_on": f"{time.strftime('%Y-%m-%d')}",
            "reference": f"DRILL-{asked['id']}",
        }
        self.call("cashier", f"/payments/{asked['id']}/confirm", came)
        self.call("clerk", f"/orders/{order['id']}/confirm")
        sent = {"carrier": "邮政", "tracking": f"D{order['id']}"}
        self.call("clerk", f"/orders/{order['id']}/ship", sent)
        lines = [{"line_id": one["id"], "accepted": one["quantity"]} for one in order["lines"]]
        done = self.call("approver", f"/orders/{order['id']}/accept", {"lines": lines})
        assert done["state"] == "COMPLETED", done["state"]
        with self.promises.lock:
            self.promises.completed += 1


class Crew:
    """So many clients, each with one order after the other until told to stop."""

    def __init__(self, port: int, cast: Cast, clients: int) -> None:
        self.promises = Promises()
        self.over = Event()
        self.clients = [Client(port, cast, place, self.promises) for place in range(clients)]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with ThreadPoolExecutor(len(self.clients)) as pool:
            working = [pool.submit(self._work, one) for one in self.clients]
            try:
                yield
            finally:
                self.over.set()
            for one in working:
                one.result()

    def _work(self, client: Client) -> None:
        while not self.over.is_set():
            client.once()


def look_up(promises: Promises) -> tuple[int, int]:
    """(promised purchases that are not there, purchases that nobody was promised). To be called
    inside the application."""
    begin_again(writing=False)
    purchase, person = T["purchase"], T["person"]
    mine = (
        select(purchase.c.id, purchase.c.state)
        .join(person, person.c.id == purchase.c.buyer_id)
        .where(person.c.login.endswith("@drill.example"))
    )
    there = {row.id: row.state for row in session().execute(mine)}
    lost = [one for one in promises.purchases if there.get(one) not in KEPT]
    return len(lost), len(set(there) - set(promises.purchases))
