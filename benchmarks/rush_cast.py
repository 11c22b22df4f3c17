"""Who takes part in a rush: a host who is live, buyers with browsers of their own, scarce goods."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from flask import Flask
from sqlalchemy import delete, func, insert, select

from marketplace.accounts.commands import NewPerson, create_person
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.commands.sessions import NewSession, begin_session
from marketplace.accounts.queries import load_identity
from marketplace.accounts.rules.passwords import hash_password
from marketplace.accounts.rules.second_step import Way
from marketplace.catalogue.commands import (
    add_variant,
    create_product,
    publish,
    receive_batch,
)
from marketplace.catalogue.rules import NewProduct, NewVariant, OriginShare, ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.core.identity import Identity
from marketplace.ordering.commands import put_in_basket
from marketplace.reports.queries import reconcile
from marketplace.web import begin_again, commit, now, session

CODE = "RUSH"
VILLAGE = "420304106205"
PRICE_FEN = 9_900
T = Base.metadata.tables


@dataclass(frozen=True)
class Buyer:
    """Somebody with a browser that is logged in, and a token for programs."""

    identity: Identity
    cookie: str
    token: str


@dataclass(frozen=True)
class Goods:
    """One pack of a product that the host offers."""

    variant_id: int
    batch_id: int
    offer_id: int


@dataclass(frozen=True)
class Stage:
    """The crowd, and the session in which everything is offered."""

    buyers: tuple[Buyer, ...]
    session_id: int
    producer_id: int

    @classmethod
    def build(cls, app: Flask, number: int) -> "Stage":
        """To be called inside the application."""
        begin_again(writing=True)
        # One hash for all: nobody here logs in by password.
        secret = hash_password("measured-here-only")
        buyers = tuple(_buyer(app, place, secret) for place in range(number))
        producer_id = session().scalar(select(func.min(T["producer"].c.id))) or 0
        session_id = _go_live(buyers[0].identity.person_id)
        commit()
        return cls(buyers, session_id, producer_id)

    def new_goods(self, pieces: int, limit: int | None) -> Goods:
        """A product with so many pieces, offered by the host who is live."""
        begin_again(writing=True)
        moment = now()
        new = NewProduct(self.producer_id, "shiitake", "头茬春菇", VILLAGE)
        product = create_product(session(), new, moment)
        pack = NewVariant("500 克", PRICE_FEN, 500)
        variant = add_variant(session(), product.id, pack, moment)
        made_on = day_of(moment) - timedelta(days=10)
        whole = (OriginShare(VILLAGE, 1_000_000),)
        code = f"RUSH{variant.id}"
        received = ReceivedBatch(variant.id, code, made_on, 365, pieces, whole)
        batch = receive_batch(session(), received, moment)
        publish(session(), product.id, moment)
        offer_id = _add(
            "session_offer",
            session_id=self.session_id,
            product_id=product.id,
            producer_id=self.producer_id,
            position=product.id,
            rate_ppm=200_000,
            state="AGREED",
            limit_per_person=limit,
            minutes=10,
            script="",
        )
        commit()
        return Goods(variant.id, batch.id, offer_id)

    def empty_baskets(self) -> None:
        """Also of what was refused, which is kept there."""
        begin_again(writing=True)
        session().execute(delete(T["basket_line"]))
        commit()

    def fill_baskets(self, goods: Goods) -> None:
        """One pack in everybody's basket, and nothing else."""
        self.empty_baskets()
        begin_again(writing=True)
        for buyer in self.buyers:
            put_in_basket(session(), buyer.identity, goods.variant_id, 1, now())
        commit()

    def prove_sold(self, goods: Goods, pieces: int) -> None:
        """All of it was sold and no more, and each sale is the host's."""
        begin_again(writing=False)
        batch, claim = T["batch"], T["commission_claim"]
        reserved = select(batch.c.quantity_reserved).where(batch.c.id == goods.batch_id)
        claims = select(func.count()).where(
            claim.c.offer_id == goods.offer_id, claim.c.outcome == "CODE"
        )
        found = (session().scalar(reserved), session().scalar(claims))
        assert found == (pieces, pieces), found

    def prove(self) -> None:
        """The books hold."""
        begin_again(writing=False)
        broken = reconcile(session())
        assert broken == [], broken[:3]


def _buyer(app: Flask, place: int, secret: str) -> Buyer:
    new = NewPerson(f"rush{place}@bench.example", "测量员", secret)
    person = create_person(session(), new, now())
    identity = load_identity(session(), person.id)
    assert identity is not None
    token = create_token(session(), person, now()).token
    key = begin_session(session(), person, NewSession(Way.PASSWORD, None, ""), now())
    kept = {"_user_id": f"{person.id}.{key}", "_fresh": True}
    interface = cast(Any, app.session_interface)
    return Buyer(identity, interface.get_signing_serializer(app).dumps(kept), token)


def _go_live(person_id: int) -> int:
    moment = now()
    host_id = _add("host", name="抢购测量", code=CODE, joined_at=moment, trusted_at=moment)
    return _add(
        "live_session",
        host_id=host_id,
        county_code=VILLAGE[:6],
        title="抢购专场",
        starts_at=moment - timedelta(hours=1),
        ends_at=moment + timedelta(hours=3),
        started_at=moment - timedelta(hours=1),
        state="LIVE",
        check_state="NOT_NEEDED",
        created_by=person_id,
        created_at=moment - timedelta(days=1),
    )


def _add(table: str, **values: object) -> int:
    key = T[table].c.id
    return int(session().execute(insert(T[table]).values(**values).returning(key)).scalar_one())
