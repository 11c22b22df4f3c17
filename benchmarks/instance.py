"""A marketplace of its own for one measurement: database, data, and people to act in it."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from flask import Flask
from sqlalchemy import Engine, MetaData, create_engine, func, select
from sqlalchemy.orm import Session

from benchmarks.lines import add_lines, keep_totals
from benchmarks.years import add_entries, supervise
from config import Settings, read
from marketplace import create_app
from marketplace.accounts.commands import Grant, NewPerson, create_person, grant
from marketplace.accounts.queries import find_person, load_identity
from marketplace.accounts.rules.passwords import hash_password
from marketplace.cli.prepare import migrate, rebuild_index
from marketplace.core.db import Base
from marketplace.core.identity import Identity
from marketplace.demonstration.county import build
from marketplace.demonstration.load import Load, Size
from marketplace.demonstration.places import COUNTY
from marketplace.units.queries import get_centre
from marketplace.web import commit, db, now, session

PASSWORD = "measured-here-only"
# In the folder of an instance that is kept: that it is filled, and its secret key.
FILLED = "filled"
SUPERVISOR = "bench-supervisor@bench.example"


@dataclass(frozen=True)
class Scale:
    """What a database holds: the county with so many past purchases, and a load beside it."""

    name: str
    deals: int | None = None
    load: Size | None = None
    # Entries of the quota over five years, and all units below one supervisor.
    entries: int = 0
    # Entries of villages over five years.
    lines: int = 0


SIZES = {
    "S": Scale("S"),
    "M": Scale("M", load=Size(products=20_000, units=2_000, orders=100_000)),
    # The nation's goods and buyers, and a fifth of its orders of a year: 10 GB.
    "L": Scale("L", load=Size(products=450_000, units=20_000, orders=1_000_000, shoppers=700_000)),
}


@dataclass(frozen=True)
class Instance:
    """Where it lives and how to reach it."""

    folder: Path
    database_url: str
    secret_key: str
    search_engine: str = "auto"

    @property
    def is_filled(self) -> bool:
        """Whether an earlier measurement left it as it was filled."""
        return (self.folder / FILLED).exists()

    def note_filled(self) -> None:
        (self.folder / FILLED).write_text(self.secret_key)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "INSTANCE": str(self.folder),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": self.secret_key,
            "SEARCH_ENGINE": self.search_engine,
        }

    @property
    def settings(self) -> Settings:
        return read(self.environ)


@dataclass(frozen=True)
class Actors:
    """Logins of one measured run: a unit's buyer and approver."""

    unit_id: int
    buyer: str
    approver: str


def new_instance(folder: Path, database_url: str | None) -> Instance:
    """An empty place, or one that was filled before; a database given from outside must be empty
    or the one that was filled."""
    folder.mkdir(parents=True, exist_ok=True)
    url = database_url or f"sqlite:///{folder / 'market.sqlite'}"
    filled = folder / FILLED
    if filled.exists():
        return Instance(folder, url, filled.read_text())
    if database_url is not None:
        _require_empty(url)
    return Instance(folder, url, secrets.token_hex(32))


def _require_empty(url: str) -> None:
    engine: Engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    found = MetaData()
    found.reflect(engine)
    engine.dispose()
    if found.tables:
        raise SystemExit(f"The database given holds {len(found.tables)} tables; give an empty one.")


def open_app(instance: Instance) -> Flask:
    app = create_app(instance.settings)
    # What this process asks for itself is not worth a line on the terminal.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    return app


def fill(app: Flask, scale: Scale, *, is_indexed: bool = True) -> None:
    """Migrates, builds the county and adds the load. To be called inside the application."""
    migrate()
    if scale.deals is None:
        build(session(), now())
    else:
        build(session(), now(), deals=scale.deals)
    commit()
    if scale.load is not None:
        print(f"  adding {scale.load} …", flush=True)
        for _done in Load(session(), scale.load, 1, now()).steps():
            commit()
    if scale.entries:
        print(f"  adding {scale.entries:,} entries …", flush=True)
        supervise(session())
        add_entries(session(), scale.entries, now())
        commit()
    if scale.lines:
        print(f"  adding {scale.lines:,} lines …", flush=True)
        add_lines(session(), scale.lines, now())
        keep_totals(session())
        commit()
    if is_indexed:
        rebuild_index()
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        # What autovacuum would do within minutes: the planner must know the tables.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def employ(unit_id: int, number: int | str) -> Actors:
    """A buyer and an approver for a unit, made for one run."""
    moment = now()
    secret = hash_password(PASSWORD)
    buyer = _enter(f"bench-buyer{number}@bench.example", secret, moment)
    approver = _enter(f"bench-approver{number}@bench.example", secret, moment)
    for person_id, role in ((buyer, "BUYER"), (approver, "APPROVER")):
        grant(session(), Grant(person_id, "UNIT", unit_id, role), moment, actor_id=None)
    commit()
    return Actors(
        unit_id, f"bench-buyer{number}@bench.example", f"bench-approver{number}@bench.example"
    )


def clerk_of(producer_id: int) -> Identity:
    """Somebody who works for a producer."""
    person_id = _enter("bench-clerk@bench.example", hash_password(PASSWORD), now())
    grant(session(), Grant(person_id, "PRODUCER", producer_id, "CLERK"), now(), actor_id=None)
    commit()
    identity = load_identity(session(), person_id)
    assert identity is not None
    return identity


def supervisor_of(unit_id: int) -> str:
    """The login of somebody who administers a unit, and so sees those below it."""
    person_id = _enter(SUPERVISOR, hash_password(PASSWORD), now())
    grant(session(), Grant(person_id, "UNIT", unit_id, "ADMIN"), now(), actor_id=None)
    commit()
    return SUPERVISOR


def official_of() -> str:
    """The login of somebody who runs the demonstration county's centre."""
    login = "bench-official@bench.example"
    person_id = _enter(login, hash_password(PASSWORD), now())
    centre = get_centre(session(), COUNTY)
    for role in ("OPERATOR", "CASHIER"):
        grant(session(), Grant(person_id, "CENTRE", centre.id, role), now(), actor_id=None)
    commit()
    return login


def _enter(login: str, secret: str, moment: datetime) -> int:
    if known := find_person(session(), login):
        return known.id
    return create_person(session(), NewPerson(login, "测量员", secret), moment).id


def busiest(session: Session, column: str) -> int:
    """The id that occurs most often among orders: the heaviest page of its kind."""
    order = Base.metadata.tables["order"]
    counted = select(order.c[column], func.count()).where(order.c[column].is_not(None))
    ranked = counted.group_by(order.c[column]).order_by(func.count().desc(), order.c[column])
    row = session.execute(ranked.limit(1)).one()
    return int(row[0])


def busiest_village(session: Session) -> str:
    """The village with the most entries."""
    entry = Base.metadata.tables["attribution_entry"]
    ranked = select(entry.c.village_code).group_by(entry.c.village_code)
    village = session.scalar(ranked.order_by(func.count().desc(), entry.c.village_code).limit(1))
    assert village is not None
    return str(village)


def best_seller(session: Session) -> int:
    product = Base.metadata.tables["product"]
    ranked = select(product.c.id).order_by(product.c.sold_quantity.desc(), product.c.id)
    return int(session.scalar(ranked.limit(1)) or 0)


def fullest_category(session: Session) -> str:
    product = Base.metadata.tables["product"]
    ranked = select(product.c.category_code).group_by(product.c.category_code)
    return str(session.scalar(ranked.order_by(func.count().desc()).limit(1)))
