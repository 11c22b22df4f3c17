"""The ways a journey may go: each step is chosen by chance, and what it promises is noted."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from marketplace.core.clock import Clock, day_of
from tests.storm.cast import Cast
from tests.storm.client import Client, Turned

CONSIGNEE = {"name": "王芳", "phone": "13800000000", "address": "沿江大道 8 号"}
REASON = {"reason": "数量要改"}
Said = dict[str, Any]


class Traveller:
    """Whoever goes on journeys, with everybody needed for one at hand."""

    def __init__(self, client: Client, cast: Cast, clock: Clock) -> None:
        self.client, self.cast, self.clock = client, cast, clock
        self.promises = client.promises

    @property
    def today(self) -> date:
        return day_of(self.clock())

    def travel(self, seed: int, number: int) -> None:
        """One journey, as far as the rules let it go."""
        self.client.begin(seed, number)
        ways: tuple[Callable[[], None], ...] = (self._purchase, self._retail, self._sell)
        (way,) = self.client.chance.choices(ways, (6, 3, 1))
        with suppress(Turned):
            way()
        with self.promises.lock:
            self.promises.journeys += 1

    def _flips(self, odds: float) -> bool:
        return self.client.chance.random() < odds

    def _draft(self, who: str, **changes: Any) -> Said:
        chosen = self.client.chance.sample(self.cast.goods, self.client.chance.choice((1, 1, 2)))
        lines = [
            {"variant_id": variant_id, "quantity": self.client.chance.randint(1, 5)}
            for variant_id, _clerk in chosen
        ]
        body = {"lines": lines, "consignee": CONSIGNEE, **changes}
        made: Said = self.client.call(who, "/purchases", body)
        with self.promises.lock:
            known = self.promises.purchases.setdefault(made["id"], made)
        if known is not made:
            self.promises.fault(f"purchase {made['id']} was promised to two")
        return made

    def _purchase(self) -> None:
        """A unit's purchase: asked for, decided, delivered, paid, and what comes after."""
        terms = self.client.chance.choice(("POSTPAY", "PREPAY"))
        wish = {"unit_id": self.cast.unit_id, "fund": "UNION", "payment_terms": terms}
        path = f"/purchases/{self._draft('buyer', **wish)['id']}"
        self.client.call("buyer", f"{path}/submit", keyed=False)
        if self._flips(0.1):
            self.client.call("approver", f"{path}/reject", REASON)
            return
        placed = self.client.call("approver", f"{path}/approve", keyed=False)
        if self._flips(0.08):
            self.client.call("buyer", f"{path}/cancel", REASON)
            return
        if terms == "PREPAY":
            self._pay("buyer", placed)
        for order in placed["orders"]:
            self._deliver(order, "buyer", "approver")
        if terms == "POSTPAY":
            self._pay("buyer", placed)
        for order in placed["orders"]:
            with suppress(Turned):
                self._after(order)

    def _retail(self) -> None:
        """A private purchase: paid by transfer or on the spot, or never."""
        wish = {"unit_id": None, "fund": "INDIVIDUAL", "payment_terms": "PREPAY"}
        drafted = self._draft("shopper", **wish)
        placed = self.client.call("shopper", f"/purchases/{drafted['id']}/submit", keyed=False)
        if self._flips(0.15):
            return
        if self._flips(0.5):
            self._pay("shopper", placed)
        else:
            self._pay_on_the_spot(placed["id"])
        for order in placed["orders"]:
            self._deliver(order, "shopper", "shopper")
            if self._flips(0.2):
                self._refund(order, "shopper")

    def _pay(self, who: str, purchase: Said) -> None:
        path = f"/purchases/{purchase['id']}/payments"
        asked = self.client.call(who, path, {"method": "bank_transfer"})
        came = {
            "received_fen": asked["amount_fen"],
            "received_on": f"{self.today}",
            "reference": f"STORM-{self.client.journey}-{asked['id']}",
        }
        self.client.call("cashier", f"/payments/{asked['id']}/confirm", came)
        with self.promises.lock:
            self.promises.payments.add(asked["id"])
            self.promises.received[came["reference"]] = came["received_fen"]

    def _pay_on_the_spot(self, purchase_id: int) -> None:
        page = f"/purchases/{purchase_id}"
        asked = self.client.submit(f"{page}/payments", page, {"method": "simulated"})
        place = asked.headers.get("Location", "")
        if asked.status != 302 or "/pay/" not in place:
            with self.promises.lock:
                self.promises.turned[f"form {asked.status}"] += 1
            raise Turned("not payable")
        paid = self.client.submit(place, place, {})
        if paid.status == 302:
            with self.promises.lock:
                self.promises.simulated.add(int(place.rpartition("/")[2]))

    def _step(self, who: str, order: Said, step: tuple[str, str], body: Any = None) -> Said:
        verb, kind = step
        said: Said = self.client.call(who, f"/orders/{order['id']}/{verb}", body, keyed=False)
        with self.promises.lock:
            self.promises.steps[order["id"], kind] += 1
        return said

    def _deliver(self, order: Said, receiver: str, acceptor: str) -> None:
        clerk = self.cast.clerks[order["producer"]["id"]]
        self._step(clerk, order, ("confirm", "CONFIRMED"))
        (line,) = order["lines"]
        packs = int(line["quantity"])
        parts = [packs]
        if packs > 1 and self._flips(0.4):
            parts = [1, packs - 1]
        for part, quantity in enumerate(parts):
            self._ship(clerk, order, f"T{self.client.journey}.{order['id']}.{part}", quantity)
        if self._flips(0.6):
            self._step(receiver, order, ("receive", "RECEIVED"))
        good = packs - (1 if packs > 1 and self._flips(0.25) else 0)
        verdict = {"line_id": line["id"], "accepted": good, "rejected": packs - good}
        verdict |= {"reason": "受潮"} if good < packs else {}
        self._step(acceptor, order, ("accept", "ACCEPTED"), {"lines": [verdict]})
        with self.promises.lock:
            self.promises.accepted[line["id"]] = good

    def _ship(self, clerk: str, order: Said, tracking: str, quantity: int) -> None:
        (line,) = order["lines"]
        sent = [{"line_id": line["id"], "quantity": quantity}]
        body = {"carrier": "邮政", "tracking": tracking, "lines": sent}
        self.client.call(clerk, f"/orders/{order['id']}/ship", body)
        with self.promises.lock:
            self.promises.parcels[tracking] = order["id"]

    def _after(self, order: Said) -> None:
        """An invoice, something given back, or counted for another unit."""
        if self._flips(0.3):
            self._invoice(order)
        if self._flips(0.3):
            self._refund(order, "buyer")
        elif self._flips(0.3):
            self._reattribute(order)

    def _invoice(self, order: Said) -> None:
        number = f"{order['id']:020d}"
        body = {"number": number, "amount_fen": 100, "issued_on": f"{self.today}"}
        clerk = self.cast.clerks[order["producer"]["id"]]
        made = self.client.call(clerk, f"/orders/{order['id']}/invoices", body)
        with self.promises.lock:
            self.promises.invoices[made["number"]] = order["id"]
        self.client.call("finance", f"/invoices/{made['id']}/check", keyed=False)

    def _refund(self, order: Said, who: str) -> None:
        (line,) = order["lines"]
        wish = {"lines": [{"line_id": line["id"], "quantity": 1}], "reason": "发霉"}
        asked = self.client.call(who, f"/orders/{order['id']}/refunds", wish)
        with self.promises.lock:
            self.promises.refunds[asked["id"]] = asked["amount_fen"]
        if self._flips(0.8):
            clerk = self.cast.clerks[order["producer"]["id"]]
            self.client.call(clerk, f"/refunds/{asked['id']}/approve", keyed=False)
            with self.promises.lock:
                self.promises.agreed.add(asked["id"])

    def _reattribute(self, order: Said) -> None:
        unit, other = self.cast.unit_id, self.cast.other_unit_id
        wish = {"order_id": order["id"], "to_unit_id": other, "reason": "下单时选错了单位"}
        asked = self.client.call("buyer", f"/units/{unit}/reattributions", wish)
        for who, side in (("approver", unit), ("other", other)):
            path = f"/units/{side}/reattributions/{asked['id']}/approve"
            said = self.client.call(who, path, keyed=False)
            with self.promises.lock:
                self.promises.reattributions[asked["id"]] = said["state"]

    def _sell(self) -> None:
        """What a cash register hands in, some of it for the second time."""
        number = f"R{self.client.journey}"
        line = {"batch_code": self.cast.batch_code, "packs": 1, "amount_fen": 6_401}
        receipt = {"number": number, "day": f"{self.today}", "lines": [line]}
        told = [receipt]
        path = f"/outlets/{self.cast.outlet_id}/sales"
        self.client.call("cashier", path, {"receipts": told})
        with self.promises.lock:
            self.promises.sales[number] = 6_401
        if self._flips(0.3):
            again = self.client.call("cashier", path, {"receipts": told})
            if again["counted"]:
                self.promises.fault(f"receipt {number} was counted twice")
