"""A small county that takes cards and wallets, from a gateway inside the test."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import sessionmaker

from marketplace.cli.worker import Worker
from marketplace.jobs import list_jobs
from marketplace.payments.gateways.stripe import StripeGateway
from tests.api.conftest import (
    Caller,
    call_as,  # noqa: F401  (a fixture)
)
from tests.payments.fake_stripe import SECRET, FakeStripe, signed


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe()


@pytest.fixture
def gateway(fake) -> StripeGateway:
    return StripeGateway("sk_test_nothing", SECRET, http_client=fake)


@pytest.fixture
def app(app, gateway):
    app.extensions["gateway"] = gateway
    return app


@pytest.fixture
def shopper(call_as, county) -> Caller:  # noqa: F811
    return call_as(county.shopper)


@pytest.fixture
def tell(client: FlaskClient, session) -> Callable[..., int]:
    """Hands an event in as the gateway does. Returns the status of our answer."""

    def hand_in(event, *, signature: str | None = None) -> int:
        # What the test read so far must not keep the shop from writing (SQLite).
        session.rollback()
        payload = event if isinstance(event, bytes) else json.dumps(event).encode()
        sign = signed(payload) if signature is None else signature
        headers = {"Stripe-Signature": sign} if sign else {}
        answer = client.post("/api/v1/webhooks/stripe", data=payload, headers=headers)
        return answer.status_code

    return hand_in


@pytest.fixture
def work(engine, app, gateway, clock, session) -> Callable[[], None]:
    """Lets a worker do whatever is due."""
    jobs = list_jobs(app.config["SETTINGS"], gateway)

    def until_done() -> None:
        session.rollback()
        worker = Worker("test", sessionmaker(engine, expire_on_commit=False), jobs, clock)
        worker.begin()
        while worker.work():
            pass

    return until_done


@pytest.fixture
def placed(shopper, county):
    """A private purchase of three packs, submitted. Returns its id."""
    wish = {
        "unit_id": None,
        "fund": "INDIVIDUAL",
        "payment_terms": "PREPAY",
        "lines": [{"variant_id": county.mushrooms.variant_id, "quantity": 3}],
        "consignee": {"name": "王芳", "phone": "13800000000", "address": "郧阳区沿江大道 8 号"},
    }
    purchase = shopper.must("/purchases", wish)
    return shopper.must(f"/purchases/{purchase['id']}/submit")["id"]


@pytest.fixture
def ask(shopper, placed, session):
    def ask_for_page():
        session.rollback()
        return shopper.post(f"/purchases/{placed}/payments", {"method": "stripe"})

    return ask_for_page


@pytest.fixture
def paid(ask, fake, tell):
    """The purchase's page, paid, and told of. Returns the page's id."""
    assert ask().status_code == 201
    (page,) = fake.pages
    assert tell(fake.pay(page)) == 200
    return page
