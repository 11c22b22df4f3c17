"""People who go on buying, each in a thread of their own, while something else happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from marketplace.audit.commands import seal, seal_books
from marketplace.audit.rules.books import SETTLED_AFTER
from marketplace.core.clock import day_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import LineVerdict, Parcel
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from marketplace.tables import SEALED_BOOKS
from tests.county import START, County
from tests.ordering.steps import lines_of, orders_of

WITHIN_S = 60


class Buying:
    """What was confirmed so far: purchases in the order in which each buyer got their answers."""

    def __init__(self, engine: Engine, county: County, buyers: int) -> None:
        self.engine, self.county = engine, county
        self.confirmed: list[list[int]] = [[] for _ in range(buyers)]
        self.troubles: list[BaseException] = []
        self.over = Event()

    def known(self) -> set[int]:
        """The purchases that were answered with a yes by now."""
        return {number for mine in self.confirmed for number in tuple(mine)}

    def buy(self, place: int) -> None:
        while not self.over.is_set():
            with Session(self.engine, expire_on_commit=False) as session:
                purchase, orders = self.place(session)
                self.confirmed[place].append(purchase.id)
                # Every third goes all the way, so that all books are written while it lasts.
                if len(self.confirmed[place]) % 3 == 0:
                    self.complete(session, purchase, orders)

    def place(self, session: Session) -> tuple[Purchase, list[Order]]:
        """Each click is a transaction of its own, as on the pages."""
        buyer, wish = self.county.buyer, self.county.wish((self.county.mushrooms, 1))
        purchase = ordering.draft_purchase(session, buyer, wish, START)
        session.commit()
        ordering.submit(session, buyer, purchase.id, START)
        session.commit()
        ordering.approve(session, self.county.approver, purchase.id, START)
        session.commit()
        return purchase, orders_of(session, purchase.id)

    def complete(self, session: Session, purchase: Purchase, orders: list[Order]) -> None:
        clerk, buyer, approver = self.county.clerk, self.county.buyer, self.county.approver
        for order in orders:
            ordering.confirm(session, clerk, order.id, None, START)
            session.commit()
            ordering.ship(session, clerk, order.id, Parcel("中国邮政", f"EMS{order.id}"), START)
            session.commit()
            ordering.receive(session, buyer, order.id, START)
            session.commit()
            verdicts = [LineVerdict(one.id, one.quantity) for one in lines_of(session, order.id)]
            ordering.accept(session, approver, order.id, tuple(verdicts), START)
            session.commit()
        payment = payments.ask_for_payment(session, buyer, purchase.id, "bank_transfer", START)
        session.commit()
        receipt = Receipt(payment.amount_fen, day_of(START), f"BANK-{payment.id}")
        payments.confirm_payment(session, self.county.cashier, payment.id, receipt, START)
        session.commit()

    def seal(self) -> None:
        """What the worker does beside them: the books under seal, and the trail."""
        for now in (START, START + SETTLED_AFTER):
            with Session(self.engine) as session:
                seal_books(session, SEALED_BOOKS, now)
                seal(session)
                session.commit()

    def close_books(self) -> None:
        while not self.over.wait(0.01):
            self.seal()

    def run(self, act: object, *words: object) -> None:
        assert callable(act)
        try:
            act(*words)
        except BaseException as trouble:
            self.troubles.append(trouble)
            self.over.set()

    def wait_for(self, more: int) -> None:
        """Until so many more purchases were confirmed."""
        wanted = len(self.known()) + more
        for _ in range(WITHIN_S * 100):
            if len(self.known()) >= wanted or self.over.wait(0.01):
                break
        assert len(self.known()) >= wanted, self.troubles


@contextmanager
def buying(engine: Engine, county: County, buyers: int = 3) -> Iterator[Buying]:
    """Lets some people buy without a pause, and a worker seal, until the block is left."""
    crowd = Buying(engine, county, buyers)
    crowd.seal()
    threads = [Thread(target=crowd.run, args=(crowd.buy, place)) for place in range(buyers)]
    threads.append(Thread(target=crowd.run, args=(crowd.close_books,)))
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd.over.set()
        for thread in threads:
            thread.join(WITHIN_S)
    assert crowd.troubles == []


def purchases_in(url: str) -> set[int]:
    """Those that were approved: only then are there orders."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = set(connection.scalars(text('SELECT purchase_id FROM "order"')))
    engine.dispose()
    return found
