"""The nightly proof of the books: kept for good, told on the desk, asked for once."""

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.cockpit.models import BooksVerdict
from marketplace.ordering.models import Order
from marketplace.outbox.models import OutboxMessage
from tests.cockpit.conftest import Visit, Work
from tests.conftest import FrozenClock
from tests.county import County
from tests.ordering.steps import completed


def test_the_night_proves_the_books_and_keeps_the_verdict(
    session: Session, county: County, work: Work, visit: Visit
) -> None:
    completed(session, county, county.wish((county.mushrooms, 2)))
    session.commit()
    assert "还没有对过" in visit(county.operator).see("/desk/")
    work()
    (verdict,) = session.scalars(select(BooksVerdict)).all()
    assert (verdict.breaks, verdict.found, verdict.asked_by) == (0, [], None)
    assert {one["check"] for one in verdict.comparisons} >= {"order.goods", "ledger.account"}
    assert "分文不差" in visit(county.auditor).see("/desk/")
    page = visit(county.auditor).see("/desk/reconciliation")
    assert "全部对上了" in page
    assert "现在对账" not in page


def test_a_break_stands_in_the_tile_and_names_its_row(
    session: Session, county: County, work: Work, visit: Visit
) -> None:
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 2)))
    order_id = order.id
    session.execute(update(Order).values(goods_fen=Order.goods_fen + 1))
    session.commit()
    work()
    (verdict,) = session.scalars(select(BooksVerdict)).all()
    assert verdict.breaks > 0
    # What was read here must not be older than what the pages write meanwhile.
    session.commit()
    assert "处对不上" in visit(county.operator).see("/desk/")
    page = visit(county.operator).see(f"/desk/reconciliation/{verdict.id}")
    assert f'href="/orders/{order_id}"' in page
    assert "128.07" in page
    session.execute(update(Order).values(goods_fen=Order.goods_fen - 1))
    session.commit()
    # What was found stays found.
    assert "处对不上" in visit(county.operator).see("/desk/")


def test_every_night_adds_a_verdict_and_an_old_one_is_red(
    session: Session, county: County, work: Work, visit: Visit, clock: FrozenClock
) -> None:
    work()
    clock.advance(days=1)
    work()
    assert len(session.scalars(select(BooksVerdict)).all()) == 2
    session.rollback()
    clock.advance(days=2, minutes=1)
    page = visit(county.operator).see("/desk/")
    assert "过时了" in page
    assert "超过两天没有对账" in visit(county.operator).see("/desk/reconciliation")


def test_a_proof_that_is_asked_for_runs_once_however_often_it_is_clicked(
    session: Session, county: County, work: Work, visit: Visit
) -> None:
    work()
    operator = visit(county.operator)
    operator.send("/desk/reconciliation")
    assert "正在对账或排着队" in operator.see("/desk/reconciliation")
    answer = operator.send("/desk/reconciliation", 409)
    assert "已经在排队" in answer.text
    jobs = select(OutboxMessage).where(
        OutboxMessage.job == "books.prove.run", OutboxMessage.done_at.is_(None)
    )
    assert len(session.scalars(jobs).all()) == 1
    session.rollback()
    work()
    session.rollback()
    verdicts = session.scalars(select(BooksVerdict).order_by(BooksVerdict.id)).all()
    assert [one.asked_by for one in verdicts] == [None, county.operator.person_id]
    asked = session.scalars(select(AuditEntry).where(AuditEntry.action == "books.proof_asked"))
    assert [one.actor_id for one in asked] == [county.operator.person_id]
    # And another one after it.
    operator.send("/desk/reconciliation")


def test_only_operators_ask_for_a_proof(county: County, visit: Visit) -> None:
    visit(county.auditor).send("/desk/reconciliation", 403)
    visit(county.buyer).send("/desk/reconciliation", 403)
    visit(county.buyer).see("/desk/reconciliation", 403)


def test_a_verdict_that_is_not_there_is_not_found(county: County, visit: Visit) -> None:
    for number in ("99", "0", "9" * 30, "x", "-1", "1.5"):
        visit(county.operator).see(f"/desk/reconciliation/{number}", 404)


def test_a_verdict_cannot_be_rewritten(session: Session, work: Work, engine) -> None:
    import pytest
    from sqlalchemy.exc import DatabaseError

    work()
    for statement in ("UPDATE books_verdict SET breaks = 0", "DELETE FROM books_verdict"):
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
