"""A bulk order of ten lines over twenty villages: what placing and completing it takes, and how
many are completed in a second by writers that share a unit, a producer and a county."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bulk_cast import PACKS, Cast, engage
from benchmarks.instance import Instance, new_instance, open_app
from benchmarks.postgres import Durable
from benchmarks.rush import percentile
from benchmarks.statements import counted
from marketplace.accounts.queries import load_identity
from marketplace.cli.prepare import migrate
from marketplace.core.identity import Identity
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order, get_purchase
from marketplace.ordering.rules import LineVerdict, Parcel
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from marketplace.reports.queries.reconcile import reconcile
from marketplace.web import begin_again, commit, db, now, session

WRITERS = 4
WARM = 5
TIMEOUT_S = 300


@dataclass(frozen=True)
class BulkFigures:
    """One step of the order: processor time of the program and of the database for one."""

    database: str
    step: str
    statements: int
    cpu_ms: float
    database_cpu_ms: float


@dataclass(frozen=True)
class WriterFigures:
    """So many processes, each completing one order after the other."""

    database: str
    writers: int
    # For how many units, each with a producer of its own.
    units: int
    orders: int
    orders_per_s: float
    cpu_ms: float
    database_cpu_ms: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Stage:
    """A marketplace with its casts, and how to read the database's processor time."""

    kind: str
    instance: Instance
    casts: Sequence[Cast]
    postgres: Durable | None

    def database_s(self) -> float:
        return self.postgres.cpu_s() if self.postgres else 0.0


@contextmanager
def open_stage(kind: str) -> Iterator[Stage]:
    """On SQLite or on a PostgreSQL of our own. The books are proved before all is gone."""
    postgres = Durable() if kind == "postgresql" else None
    try:
        with TemporaryDirectory(prefix="bulk-") as folder:
            instance = new_instance(Path(folder), postgres.new_database() if postgres else None)
            with open_app(instance).app_context():
                migrate()
                casts = engage(session(), WRITERS)
                commit()
                yield Stage(kind, instance, casts, postgres)
                session().rollback()
                assert not (wrong := reconcile(session())), wrong
                session().close()
                db.engine.dispose()
    finally:
        if postgres:
            postgres.stop()


def _person(person_id: int) -> Identity:
    identity = load_identity(session(), person_id)
    assert identity is not None, person_id
    return identity


def _draft(cast: Cast) -> int:
    purchase_id = ordering.draft_purchase(session(), _person(cast.buyer), cast.wish, now()).id
    commit()
    return purchase_id


def _submit(cast: Cast, purchase_id: int) -> None:
    ordering.submit(session(), _person(cast.buyer), purchase_id, now())
    commit()


def _approve(cast: Cast, purchase_id: int) -> None:
    ordering.approve(session(), _person(cast.approver), purchase_id, now())
    commit()


def _bring_to_door(cast: Cast, purchase_id: int) -> tuple[int, list[int]]:
    """Paid and delivered: its acceptance completes it."""
    buyer, clerk, moment = _person(cast.buyer), _person(cast.clerk), now()
    order_id = get_purchase(session(), buyer, purchase_id).orders[0].id
    ordering.confirm(session(), clerk, order_id, None, moment)
    payment = payments.ask_for_payment(session(), buyer, purchase_id, "bank_transfer", moment)
    receipt = Receipt(payment.amount_fen, moment.date(), f"BULK{payment.id}")
    payments.confirm_payment(session(), _person(cast.cashier), payment.id, receipt, moment)
    ordering.ship(session(), clerk, order_id, Parcel("测量", f"B{order_id}"), moment)
    ordering.receive(session(), buyer, order_id, moment)
    lines = [line.id for line in get_order(session(), buyer, order_id).lines]
    commit()
    return order_id, lines


def _complete(cast: Cast, order: tuple[int, list[int]]) -> None:
    order_id, lines = order
    verdicts = [LineVerdict(one, PACKS) for one in lines]
    done = ordering.accept(session(), _person(cast.approver), order_id, verdicts, now())
    assert done.state == "COMPLETED", done.state
    commit()


def measure_steps(stage: Stage, times: int) -> list[BulkFigures]:
    """Each step of so many orders, one after the other, in this process."""
    begin_again(writing=True)
    cast = stage.casts[0]
    ids = [_draft(cast) for _ in range(WARM + times)]
    found = [_measure(stage, "submit", [partial(_submit, cast, one) for one in ids])]
    found.append(_measure(stage, "approve", [partial(_approve, cast, one) for one in ids]))
    waiting = [_bring_to_door(cast, one) for one in ids]
    steps = [partial(_complete, cast, one) for one in waiting]
    return [*found, _measure(stage, "complete", steps)]


def _measure(stage: Stage, name: str, steps: Sequence[Callable[[], None]]) -> BulkFigures:
    for step in steps[:WARM]:
        step()
    with counted(db.engine) as seen:
        spent, served = [], stage.database_s()
        for step in steps[WARM:]:
            began = time.process_time()
            step()
            spent.append(1000 * (time.process_time() - began))
    served_ms = 1000 * (stage.database_s() - served) / len(spent)
    each = round(len(seen) / len(spent))
    return BulkFigures(stage.kind, name, each, statistics.median(spent), served_ms)


# The orders that a writer completes: id and lines.
Share = Sequence[tuple[int, list[int]]]


@dataclass(frozen=True)
class Meeting:
    """Where the writers wait for each other, and what they say: how long each order took, and
    their processor time."""

    start: Barrier
    done: Barrier
    answers: "Queue[tuple[list[float], float]]"


def measure_writers(stage: Stage, casts: Sequence[Cast], each: int) -> WriterFigures:
    """A process for each of these casts, all at once and in the same county; where they are one
    and the same, for the same unit and producer."""
    begin_again(writing=True)
    shares = [[_new_at_door(cast) for _ in range(WARM + each)] for cast in casts]
    session().close()
    spawn = get_context("spawn")
    meeting = Meeting(spawn.Barrier(len(casts) + 1), spawn.Barrier(len(casts) + 1), spawn.Queue())
    writers = [
        spawn.Process(target=_write, args=(share, stage.instance, cast, meeting))
        for share, cast in zip(shares, casts, strict=True)
    ]
    for writer in writers:
        writer.start()
    meeting.start.wait(TIMEOUT_S)
    began, served_s = time.monotonic(), stage.database_s()
    meeting.done.wait(TIMEOUT_S)
    took_s, served_s = time.monotonic() - began, stage.database_s() - served_s
    found = [meeting.answers.get(timeout=TIMEOUT_S) for _writer in writers]
    for writer in writers:
        writer.join()
    waits = sorted(wait for mine, _spent in found for wait in mine)
    return WriterFigures(
        database=stage.kind,
        writers=len(casts),
        units=len(set(casts)),
        orders=len(waits),
        orders_per_s=len(waits) / took_s,
        cpu_ms=1000 * sum(spent for _waits, spent in found) / len(waits),
        database_cpu_ms=1000 * served_s / len(waits),
        p50_ms=statistics.median(waits),
        p95_ms=percentile(waits, 95),
    )


def _new_at_door(cast: Cast) -> tuple[int, list[int]]:
    purchase_id = _draft(cast)
    _submit(cast, purchase_id)
    _approve(cast, purchase_id)
    return _bring_to_door(cast, purchase_id)


def _write(share: Share, instance: Instance, cast: Cast, meeting: Meeting) -> None:
    with open_app(instance).app_context():
        begin_again(writing=True)
        for order in share[:WARM]:
            _complete(cast, order)
        meeting.start.wait(TIMEOUT_S)
        waits, spent = [], time.process_time()
        for order in share[WARM:]:
            began = time.monotonic()
            _complete(cast, order)
            waits.append(1000 * (time.monotonic() - began))
        spent = time.process_time() - spent
        meeting.done.wait(TIMEOUT_S)
        meeting.answers.put((waits, spent))
        db.engine.dispose()


def measure_bulk(times: int, each: int) -> tuple[list[BulkFigures], list[WriterFigures]]:
    """The steps on both databases, and the writers on PostgreSQL."""
    steps, together = [], []
    for kind in ("sqlite", "postgresql"):
        print(f"  {kind} …", flush=True)
        with open_stage(kind) as stage:
            steps += measure_steps(stage, times)
            if kind == "postgresql":
                for casts in ([stage.casts[0]] * WRITERS, stage.casts):
                    together.append(measure_writers(stage, casts, each))
    return steps, together
