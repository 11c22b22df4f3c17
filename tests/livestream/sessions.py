"""Hosts and sessions for tests, written straight into the tables of a small county."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.core.db import Base
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.livestream.rules.links import sign
from tests.county import START, County, Goods, person

TABLES = Base.metadata.tables
# The applications of tests sign with it.
KEY = "not-secret-" * 4


@dataclass(frozen=True)
class Held:
    """A live session with its host, offers and links, by product."""

    host_id: int
    host: Identity
    session_id: int
    offers: dict[int, int]
    links: dict[int, int]


def add(session: Session, table: str, **values: object) -> int:
    """One row, straight into its table; its id."""
    key = TABLES[table].c.id
    return int(session.execute(insert(TABLES[table]).values(**values).returning(key)).scalar_one())


def a_host(
    session: Session, code: str = "YUNXIA", login: str = "host@test"
) -> tuple[int, Identity]:
    host_id = add(session, "host", name="云霞说山货", code=code, joined_at=START, trusted_at=START)
    return host_id, person(session, login, (OrganisationKind.HOST, host_id, Role.HOST))


def an_agency(session: Session, host_id: int, share_ppm: int) -> int:
    """An agency to which the host belongs this year."""
    agency_id = add(session, "agency", name="山货传媒", uscc="91420304MA00000001", joined_at=START)
    add(
        session,
        "agency_contract",
        agency_id=agency_id,
        host_id=host_id,
        share_ppm=share_ppm,
        from_on=date(2026, 1, 1),
        until_on=date(2026, 12, 31),
        state="AGREED",
        proposed_by=1,
        proposed_at=START,
        reason="",
    )
    return agency_id


def hold_session(
    session: Session,
    county: County,
    *goods: Goods,
    rate_ppm: int = 100_000,
    limit: int | None = None,
    started_at: datetime = START - timedelta(hours=1),
    host: tuple[int, Identity] | None = None,
) -> Held:
    """A session that is live since an hour, with these goods."""
    host_id, identity = host or a_host(session)
    session_id = add(
        session,
        "live_session",
        host_id=host_id,
        county_code="420304",
        title="秋菇专场",
        starts_at=started_at,
        ends_at=started_at + timedelta(hours=3),
        started_at=started_at,
        state="LIVE",
        check_state="NOT_NEEDED",
        created_by=identity.person_id,
        created_at=started_at - timedelta(days=1),
    )
    offers, links = _offer(session, county, session_id, goods, rate_ppm=rate_ppm, limit=limit)
    session.commit()
    return Held(host_id, identity, session_id, offers, links)


def _offer(
    session: Session,
    county: County,
    session_id: int,
    goods: tuple[Goods, ...],
    **terms: int | None,
) -> tuple[dict[int, int], dict[int, int]]:
    """Offers and links of a session, by product."""
    offers, links = {}, {}
    for position, one in enumerate(goods, 1):
        producer_id = county.producer_id if one != county.noodles else county.other_producer_id
        offers[one.product_id] = add(
            session,
            "session_offer",
            session_id=session_id,
            product_id=one.product_id,
            producer_id=producer_id,
            position=position,
            rate_ppm=terms["rate_ppm"],
            state="AGREED",
            limit_per_person=terms["limit"],
            minutes=10,
            script="",
        )
        links[one.product_id] = add(
            session,
            "short_link",
            code=sign(f"T{session_id:03d}{position:04d}", KEY),
            offer_id=offers[one.product_id],
            session_id=session_id,
            product_id=one.product_id,
            created_at=START,
        )
    return offers, links


def code_of(session: Session, link_id: int) -> str:
    """The signed code of a link."""
    link = TABLES["short_link"]
    return session.scalars(select(link.c.code).where(link.c.id == link_id)).one()
