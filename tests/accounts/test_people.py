"""People and the roles they hold."""

import pytest
from sqlalchemy import event, func, select

from marketplace.accounts.commands import (
    Grant,
    NewPerson,
    choose_locale,
    create_person,
    deactivate_person,
    end_membership,
    grant,
)
from marketplace.accounts.commands.people import LoginTaken
from marketplace.accounts.models import Membership
from marketplace.accounts.queries import (
    find_person,
    list_members,
    load_identity,
    member_ids,
    names_of,
)
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.identity import Standing
from tests.accounts.people import enrol
from tests.conftest import NOON


def test_an_identity_holds_the_roles_of_now(session):
    person = enrol(session)
    grant(session, Grant(person.id, "UNIT", 7, "BUYER"), NOON, actor_id=None)
    grant(session, Grant(person.id, "UNIT", 7, "FINANCE"), NOON, actor_id=None)
    end_membership(session, Grant(person.id, "UNIT", 7, "BUYER"), NOON, actor_id=None)
    identity = load_identity(session, person.id)
    assert identity is not None
    assert identity.standings == (Standing("UNIT", 7, "FINANCE"),)
    assert (identity.login, identity.name) == ("wang@example.org", "王芳")


def test_an_identity_is_loaded_in_one_query(session):
    person = enrol(session)
    for role in ("BUYER", "APPROVER", "STAFF"):
        grant(session, Grant(person.id, "UNIT", 7, role), NOON, actor_id=None)
    session.commit()
    statements = []
    begun = session.connection()
    event.listen(begun, "before_cursor_execute", lambda *args: statements.append(args[2]))
    identity = load_identity(session, person.id)
    assert identity is not None
    assert len(identity.standings) == 3
    assert len(statements) == 1


def test_someone_without_roles_is_someone(session):
    identity = load_identity(session, enrol(session).id)
    assert identity is not None
    assert identity.standings == ()


def test_a_role_is_granted_once_and_again_after_it_ended(session):
    person = enrol(session)
    role = Grant(person.id, "CENTRE", 1, "CASHIER")
    grant(session, role, NOON, actor_id=None)
    grant(session, role, NOON, actor_id=None)
    end_membership(session, role, NOON, actor_id=None)
    grant(session, role, NOON, actor_id=None)
    assert session.scalar(select(func.count()).select_from(Membership)) == 1
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["person.created", "role.granted", "role.ended", "role.granted"]


def test_a_role_that_was_never_held_cannot_be_ended(session):
    person = enrol(session)
    with pytest.raises(NotFound):
        end_membership(session, Grant(person.id, "UNIT", 1, "BUYER"), NOON, actor_id=None)


def test_a_role_of_another_kind_of_organisation_is_refused(session):
    person = enrol(session)
    with pytest.raises(InvalidInput):
        grant(session, Grant(person.id, "PRODUCER", 1, "BUYER"), NOON, actor_id=None)


def test_two_people_cannot_share_a_login(session):
    enrol(session, "Wang@Example.org")
    with pytest.raises(LoginTaken):
        create_person(session, NewPerson("ＷＡＮＧ@example.org", "王", "hash"), NOON)


def test_whoever_is_deactivated_is_nobody_at_once(session):
    person = enrol(session)
    deactivate_person(session, person.id, NOON, actor_id=None)
    deactivate_person(session, person.id, NOON, actor_id=None)
    assert load_identity(session, person.id) is None
    assert person.session_epoch == 1


def test_members_are_listed_by_role(session):
    wang, li = enrol(session), enrol(session, "li@example.org")
    grant(session, Grant(wang.id, "UNIT", 7, "BUYER"), NOON, actor_id=None)
    grant(session, Grant(li.id, "UNIT", 7, "APPROVER"), NOON, actor_id=None)
    grant(session, Grant(li.id, "UNIT", 8, "BUYER"), NOON, actor_id=None)
    assert list_members(session, "UNIT", 7) == [(wang, "BUYER"), (li, "APPROVER")]
    assert list_members(session, "UNIT", 7, "APPROVER") == [(li, "APPROVER")]


def test_who_holds_two_roles_is_one_member(session):
    wang, li = enrol(session), enrol(session, "li@example.org")
    for person, role in ((wang, "BUYER"), (wang, "FINANCE"), (li, "APPROVER")):
        grant(session, Grant(person.id, "UNIT", 7, role), NOON, actor_id=None)
    assert member_ids(session, "UNIT", 7) == {wang.id, li.id}
    assert member_ids(session, "UNIT", 7, "BUYER", "FINANCE") == {wang.id}


def test_people_are_found_however_their_login_is_typed(session):
    person = enrol(session)
    assert find_person(session, " WANG@example.ORG") == person
    assert find_person(session, "a\x00") is None
    assert names_of(session, [person.id, 999]) == {person.id: "王芳"}


def test_a_language_is_kept(session):
    person = enrol(session)
    choose_locale(session, person.id, "en")
    identity = load_identity(session, person.id)
    assert identity is not None
    assert identity.locale == "en"
