"""Two application nodes behind nginx, one PostgreSQL, one Redis: killed, brought back, renewed.

`python -m benchmarks nodes`. Clients place and complete orders all the while; afterwards every
promise is looked up and the books are proved.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.instance import Scale, fill, new_instance, open_app
from benchmarks.nodes_cluster import Cluster, Node, require_programs
from benchmarks.nodes_load import Crew, Promises, cast_roles, look_up
from benchmarks.postgres import Durable
from benchmarks.rush import percentile
from marketplace.audit.commands import seal
from marketplace.audit.queries import verify
from marketplace.reports.queries import reconcile
from marketplace.web import db, session

COUNTY = Scale("nodes", deals=300)
CLIENTS = 8
# Seconds of the story: quiet, a node killed, it comes back, both renewed with a migration between.
QUIET_S, DEAD_S, BACK_S, AFTER_S = 15, 15, 15, 10


@dataclass(frozen=True)
class NodesFigures:
    """What clients saw, and what the books say afterwards."""

    seconds: float
    orders: int
    orders_per_s: float
    calls: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    # Calls that a client had to repeat: not answered, or by nobody.
    repeated: int
    repeated_after_kill: int
    repeated_while_renewed: int
    # From the kill until no call had to be repeated any more.
    unsettled_s: float
    promised: int
    lost: int
    doubled: int
    breaks: int
    chain_holds: bool


def measure_nodes(port: int) -> NodesFigures:
    """The whole story; everything that ran for it is gone afterwards."""
    require_programs()
    postgres = Durable()
    try:
        with TemporaryDirectory(prefix="nodes-") as folder:
            return _drill(Path(folder), postgres.new_database(), port)
    finally:
        postgres.stop()


def _drill(folder: Path, url: str, port: int) -> NodesFigures:
    app = open_app(new_instance(folder / "first", url))
    with app.app_context():
        fill(app, COUNTY, is_indexed=False)
        cast = cast_roles(CLIENTS)
        db.session.remove()
        db.engine.dispose()
    settings = app.config["SETTINGS"]
    environ = {
        "DATABASE_URL": url,
        "SECRET_KEY": settings.secret_key,
        "REDIS_URL": f"redis://127.0.0.1:{port + 3}/0",
        "TRUSTED_PROXIES": "1",
        "WEB_CONCURRENCY": "2",
    }
    nodes = (
        Node(port + 1, folder / "node1", environ),
        Node(port + 2, folder / "node2", environ),
    )
    cluster = Cluster(port, folder, nodes, url)
    try:
        cluster.start(port + 3)
        crew = Crew(port, cast, CLIENTS)
        began = time.time()
        with crew.at_work():
            moments = _tell(cluster)
        took_s = time.time() - began
    finally:
        cluster.stop()
    with app.app_context():
        return _figures(crew.promises, took_s, moments)


def _tell(cluster: Cluster) -> tuple[float, float]:
    """The story; when the node was killed, and when the renewal began."""
    first, second = cluster.nodes
    time.sleep(QUIET_S)
    killed = time.time()
    first.kill()
    time.sleep(DEAD_S)
    first.start()
    time.sleep(BACK_S)
    renewed = time.time()
    # As an upgrade goes: the new program migrates while the old one still serves.
    first.stop()
    cluster.migrate()
    first.start()
    second.stop()
    second.start()
    time.sleep(AFTER_S)
    return killed, renewed


def _figures(promises: Promises, took_s: float, moments: tuple[float, float]) -> NodesFigures:
    killed, renewed = moments
    waits = sorted(promises.waits_ms)
    after_kill = [at for at in promises.repeated if killed <= at < renewed]
    lost, doubled = look_up(promises)
    seal(session())
    verdict = verify(session())
    return NodesFigures(
        seconds=took_s,
        orders=promises.completed,
        orders_per_s=promises.completed / took_s,
        calls=len(waits),
        p50_ms=percentile(waits, 50),
        p99_ms=percentile(waits, 99),
        longest_ms=waits[-1],
        repeated=len(promises.repeated),
        repeated_after_kill=len(after_kill),
        repeated_while_renewed=sum(at >= renewed for at in promises.repeated),
        unsettled_s=max(after_kill, default=killed) - killed,
        promised=len(promises.purchases),
        lost=lost,
        doubled=doubled,
        breaks=len(reconcile(session())),
        chain_holds=verdict.broken is None,
    )
