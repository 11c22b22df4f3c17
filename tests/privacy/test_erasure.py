"""Being forgotten: asked for, taken back, stopped, done; and what stays."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from marketplace.accounts.commands import Grant, end_membership, grant
from marketplace.accounts.models import AccessToken, Person
from marketplace.accounts.queries import load_identity
from marketplace.accounts.rules.passwords import fit_and_hash
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import InvalidInput
from marketplace.core.masking import ERASED_NAME
from marketplace.documents.commands import PaperWish, ask_for_paper
from marketplace.documents.models import Paper
from marketplace.hosts.commands import withdraw as withdraw_application
from marketplace.hosts.models import HostApplication
from marketplace.notices.models import Notice
from marketplace.ordering.commands import draft_purchase, put_in_basket
from marketplace.ordering.commands.erasing import duty_ends
from marketplace.ordering.models import BasketLine, Order, Purchase
from marketplace.outbox.commands import record_letter
from marketplace.outbox.models import SentMail
from marketplace.outbox.rules import Letter
from marketplace.privacy.commands.ask import ask_to_be_forgotten, withdraw
from marketplace.privacy.commands.erase import erase, forget_due
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.queries.obstacles import obstacles_of
from marketplace.privacy.queries.requests import find_waiting
from marketplace.privacy.rules import ERASURE, Matter, NothingToWithdraw, NotToErase
from tests.county import CONSIGNEE, START
from tests.hosts.applying import applied
from tests.privacy.steps import PASSWORD, Shopper, asked, bought, forgotten


def test_whoever_asks_to_be_forgotten_proves_who_they_are(session, county, shopper):
    with pytest.raises(InvalidInput):
        ask_to_be_forgotten(
            session, shopper.identity, shopper.proof("wrong"), START, end_transaction=session.commit
        )
    assert find_waiting(session, shopper.id, ERASURE) is None


def test_seven_days_to_think_it_over(session, county, shopper):
    request = asked(session, shopper)
    assert request.not_before == START + timedelta(days=7)
    job = session.execute(
        text("SELECT job, not_before FROM outbox_message WHERE job = 'privacy.erase'")
    ).one()
    assert str(job.not_before).startswith("2026-11-30 04:00:00")
    withdraw(session, shopper.identity, START + timedelta(days=6))
    session.commit()
    erase(session, {"request_id": request.id}, START + timedelta(days=7))
    assert session.get(Person, shopper.id).name == "王小芳"
    with pytest.raises(NothingToWithdraw):
        withdraw(session, shopper.identity, START + timedelta(days=6))


def test_asking_twice_is_asking_once(session, county, shopper):
    first = asked(session, shopper)
    assert asked(session, shopper).id == first.id


def test_what_is_unfinished_stands_in_the_way(session, county, shopper):
    bought(session, county, shopper.identity, START, until="placed")
    found = {one.matter: one.number for one in obstacles_of(session, shopper.id)}
    assert found[Matter.ORDERS] == 1
    with pytest.raises(NotToErase):
        asked(session, shopper)


def test_a_role_stands_in_the_way_until_it_ends(session, county, shopper):
    role = Grant(shopper.id, "UNIT", county.unit_id, "STAFF")
    grant(session, role, START, actor_id=None)
    assert [one.matter for one in obstacles_of(session, shopper.id)] == [Matter.ROLES]
    with pytest.raises(NotToErase):
        asked(session, shopper)
    end_membership(session, role, START, actor_id=None)
    assert obstacles_of(session, shopper.id) == []


def test_everyone_at_work_has_to_give_up_their_roles_first(session, county):
    for who in (county.buyer, county.clerk, county.operator, county.auditor):
        assert Matter.ROLES in {one.matter for one in obstacles_of(session, who.person_id)}


def test_what_becomes_unfinished_in_the_seven_days_stops_it_and_is_told(session, county, shopper):
    request = asked(session, shopper)
    grant(session, Grant(shopper.id, "UNIT", county.unit_id, "STAFF"), START, actor_id=None)
    erase(session, {"request_id": request.id}, START + timedelta(days=7))
    session.commit()
    row = session.get(PrivacyRequest, request.id, populate_existing=True)
    assert (row.state, row.obstacles) == ("BLOCKED", {"ROLES": 1})
    assert session.get(Person, shopper.id).name == "王小芳"
    assert session.scalars(select(Notice.kind)).all() == ["privacy_blocked"]


def test_who_it_was_goes_and_what_they_did_stays(session, county, shopper):
    bought(session, county, shopper.identity, START)
    put_in_basket(session, shopper.identity, county.oil.variant_id, 2, START)
    session.add(
        AccessToken(
            token_hash="x", person_id=shopper.id, session_epoch=0, created_at=START,
            expires_at=START + timedelta(days=9),
        )
    )  # fmt: skip
    books = session.execute(text("SELECT count(*), sum(amount_fen) FROM posting")).one()
    assert forgotten(session, shopper).state == "DONE"
    person = session.get(Person, shopper.id, populate_existing=True)
    assert (person.login, person.name, person.phone) == (f"erased:{shopper.id}", ERASED_NAME, None)
    assert load_identity(session, shopper.id) is None
    for table in (AccessToken, BasketLine):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert session.execute(text("SELECT count(*), sum(amount_fen) FROM posting")).one() == books
    assert session.scalar(select(Order.state)) == "COMPLETED"


def test_consignees_go_on_the_day_the_duty_ends(session, county, shopper):
    purchase = bought(session, county, shopper.identity, START)
    forgotten(session, shopper)
    session.refresh(purchase)
    assert purchase.consignee_name == CONSIGNEE.name
    assert purchase.consignee_until == date(2029, 11, 23)
    assert forget_due(session, START + timedelta(days=3 * 365)) == 0
    assert forget_due(session, START + timedelta(days=3 * 366)) == 1
    session.refresh(purchase)
    assert (purchase.consignee_name, purchase.consignee_address) == ("", "")
    assert forget_due(session, START + timedelta(days=3 * 366)) == 0


def test_consignees_older_than_the_duty_go_at_once(session, county, shopper):
    purchase = bought(session, county, shopper.identity, START)
    forgotten(session, shopper, START + timedelta(days=3 * 366))
    session.refresh(purchase)
    assert (purchase.consignee_name, purchase.consignee_phone_sealed) == ("", "")
    assert purchase.consignee_phone_mark == ""


def test_a_leap_day_ends_with_the_next_month():
    assert duty_ends(date(2024, 2, 29)) == date(2027, 3, 1)
    assert duty_ends(date(2026, 11, 23)) == date(2029, 11, 23)


def test_what_a_unit_bought_keeps_its_consignee(session, county, shopper):
    purchase = bought(session, county, county.buyer, START, of_unit=True)
    for grant_ in county.buyer.standings:
        held = Grant(county.buyer.person_id, grant_.kind, grant_.organisation_id, grant_.role)
        end_membership(session, held, START, actor_id=None)
    session.get(Person, county.buyer.person_id).password_hash = fit_and_hash(PASSWORD, "x")
    session.commit()
    assert forgotten(session, Shopper(county.buyer), START).state == "DONE"
    session.refresh(purchase)
    assert purchase.consignee_until is None
    assert purchase.consignee_name == CONSIGNEE.name


def test_a_purchase_never_handed_in_goes_with_its_buyer(session, county, shopper):
    draft_purchase(session, shopper.identity, county.private_wish((county.oil, 1)), START)
    session.commit()
    forgotten(session, shopper)
    assert session.scalar(select(func.count()).select_from(Purchase)) == 0


def test_the_trail_of_a_request_names_numbers_alone(session, county, shopper):
    forgotten(session, shopper)
    rows = session.execute(
        select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.after).where(
            AuditEntry.object_kind == "privacy_request"
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("privacy.erasure_asked", shopper.id, None),
        ("privacy.erased", None, {"person_id": shopper.id}),
    ]


def test_being_forgotten_twice_changes_nothing(session, county, shopper):
    row = forgotten(session, shopper)
    erase(session, {"request_id": row.id}, START + timedelta(days=9))
    assert session.get(PrivacyRequest, row.id).done_at == START + timedelta(days=7)


def test_papers_go_with_the_consignee_that_stands_on_them(session, county, shopper):
    purchase = bought(session, county, shopper.identity, START)
    wish = PaperWish("purchase_order", f"purchase:{purchase.id}", "pdf")
    ask_for_paper(session, shopper.identity, wish, START)
    of_unit = bought(session, county, county.buyer, START, of_unit=True)
    ask_for_paper(
        session, county.buyer, PaperWish("purchase_order", f"purchase:{of_unit.id}", "pdf"), START
    )
    forgotten(session, shopper)
    assert session.scalar(select(func.count()).select_from(Paper)) == 2
    forget_due(session, START + timedelta(days=3 * 366))
    assert session.scalars(select(Paper.object)).all() == [f"purchase:{of_unit.id}"]


def test_letters_and_vain_applications_go_at_once(session, county, shopper):
    record_letter(session, Letter("x", "wang@example.org", "s", "b"), START, keeps_body=True)
    record_letter(session, Letter("y", "other@example.org", "s", "b"), START, keeps_body=True)
    application = applied(session, shopper.identity)
    assert [one.matter for one in obstacles_of(session, shopper.id)] == [Matter.APPLICATIONS]
    withdraw_application(session, shopper.identity, application.id, START)
    session.commit()
    forgotten(session, shopper)
    assert session.scalars(select(SentMail.recipient)).all() == ["other@example.org"]
    row = session.get(HostApplication, application.id, populate_existing=True)
    assert (row.real_name_sealed, row.identity_mark, row.upload_id) == ("", "", None)
