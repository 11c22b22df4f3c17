"""Prices and certificates of one product, changed by several at one instant."""

from datetime import date, timedelta
from threading import Event

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.catalogue.commands import certify, change_price
from marketplace.catalogue.models import Certification, PriceEntry, Variant
from marketplace.catalogue.rules import Certificate
from marketplace.certification.commands import issue_due, withdraw
from marketplace.ordering.queries.withdrawal import effect_of
from tests.certification.conftest import Office, office  # noqa: F401  (a fixture)
from tests.county import START, County
from tests.races.crowd import all_at_once, hesitate

CROWD = 8


def test_the_price_is_the_one_that_was_noted_last(
    session: Session, crowded: Engine, county: County
) -> None:
    """Who sets the price that stood before must not find it unchanged while another changes it."""
    variant_id = county.mushrooms.variant_id
    for turn in range(1, 6):
        before = session.get_one(Variant, variant_id, populate_existing=True).price_fen
        session.rollback()

        def act(mine: Session, place: int, before: int = before, turn: int = turn) -> None:
            price_fen = before if place % 2 else 6_000 + turn
            change_price(mine, variant_id, price_fen, START)

        assert all_at_once(crowded, CROWD, act) == ["done"] * CROWD
        noted = select(PriceEntry.price_fen).where(PriceEntry.variant_id == variant_id)
        with Session(crowded) as fresh:
            last = fresh.scalars(noted.order_by(PriceEntry.id.desc())).first()
            assert fresh.get_one(Variant, variant_id).price_fen == last


def test_a_certificate_is_withdrawn_once_and_by_one_reason(
    session: Session,
    crowded: Engine,
    county: County,
    office: Office,  # noqa: F811
) -> None:
    product_id = county.mushrooms.product_id
    number = session.scalars(
        select(Certification.number).where(Certification.product_id == product_id)
    ).one()
    mark = effect_of(session, product_id).mark
    session.commit()

    def act(mine: Session, place: int) -> None:
        withdraw(mine, office.certifier, number, (f"理由 {place}", mark), START)

    fared = all_at_once(crowded, CROWD, act)
    assert sorted(fared) == ["certification.withdrawn"] * (CROWD - 1) + ["done"]
    with Session(crowded) as fresh:
        reason = fresh.get_one(Certification, number).withdrawal_reason
        told = select(AuditEntry.after).where(AuditEntry.action == "certificate.withdrawn")
        assert [entry["reason"] for entry in fresh.scalars(told) if entry] == [reason]
    assert reason == f"理由 {fared.index('done')}"


def test_a_renewal_does_not_wait_for_the_end_of_what_is_withdrawn_at_that_instant(
    session: Session,
    crowded: Engine,
    county: County,
    office: Office,  # noqa: F811
) -> None:
    product_id, old = county.oil.product_id, "旧证 1"
    certify(
        session, product_id, Certificate(old, "郧阳区", date(2024, 1, 1), date(2027, 1, 31)), START
    )
    office.noticed()
    mark = effect_of(session, product_id).mark
    session.commit()
    after, is_withdrawn = START + timedelta(days=8), Event()

    def act(mine: Session, place: int) -> None:
        if place:
            is_withdrawn.wait(timeout=30)
            issue_due(mine, after)
            return
        withdraw(mine, office.certifier, old, ("抽检不合格", mark), after)
        is_withdrawn.set()
        for _moment in range(20):
            hesitate(mine.connection())

    assert all_at_once(crowded, 2, act) == ["done", "done"]
    with Session(crowded) as fresh:
        others = (Certification.product_id == product_id, Certification.number != old)
        new = fresh.scalars(select(Certification).where(*others)).one()
        assert new.valid_from == date(2026, 12, 1)
