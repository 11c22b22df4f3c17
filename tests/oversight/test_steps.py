"""A signal is asked about, answered by whom it concerns, closed with a reason by somebody else."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.accounts.commands import Grant, grant
from marketplace.accounts.queries import load_identity
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.models import Notice
from marketplace.notices.rules import OpenNotice
from marketplace.oversight import commands
from marketplace.oversight.commands.steps import Answer
from marketplace.oversight.models import Signal, SignalStep
from marketplace.oversight.queries.signals import get_asked, get_paper, get_signal
from marketplace.oversight.queries.waiting import CHECKS
from marketplace.oversight.rules.kinds import Kind
from marketplace.oversight.rules.states import (
    OwnSignal,
    Question,
    Side,
    SignalClosed,
    SignalOpen,
)
from marketplace.uploads.rules import GivenFile
from tests.county import START

UNIT = (Side.UNIT, "为什么正好是这个数?")
PRODUCER = (Side.PRODUCER, "是谁报的价?")
ANSWER = Answer("照着采购方案买的。")
PDF = GivenFile("file", "说明.pdf", b"%PDF-1.7 plan")


@pytest.fixture
def question(county, signal):
    return Question(Side.UNIT, county.unit_id, signal.id)


def kinds(session, signal):
    wanted = select(SignalStep.kind).where(SignalStep.signal_id == signal.id)
    return list(session.scalars(wanted.order_by(SignalStep.id)))


def told(session, kind):
    wanted = select(Notice.person_id, Notice.address).where(Notice.kind == kind)
    return sorted(tuple(row) for row in session.execute(wanted))


def test_what_was_found_stands_open_with_its_evidence(session, county, signal):
    assert (signal.state, signal.version, signal.unit_id) == ("OPEN", 1, county.unit_id)
    assert signal.evidence["figures"]["gap_fen"] == 5_000_000
    assert signal.evidence["thresholds"] == {"within_fen": 0, "least_fen": 100_000}
    assert signal.evidence["people"] == [county.buyer.person_id]
    assert kinds(session, signal) == ["FOUND"]


def test_asked_answered_closed_and_opened_again(session, county, signal, question):
    commands.ask_about(session, county.operator, signal.id, UNIT, START)
    commands.answer_signal(session, county.finance, question, ANSWER, START)
    assert signal.state == "ANSWERED"
    commands.close_signal(session, county.operator, signal.id, "属实", START)
    with pytest.raises(SignalClosed):
        commands.answer_signal(session, county.finance, question, Answer("还有"), START)
    with pytest.raises(SignalClosed):
        commands.ask_about(session, county.operator, signal.id, UNIT, START)
    with pytest.raises(SignalClosed):
        commands.close_signal(session, county.operator, signal.id, "又", START)
    commands.reopen_signal(session, county.operator, signal.id, "新情况", START)
    with pytest.raises(SignalOpen):
        commands.reopen_signal(session, county.operator, signal.id, "再", START)
    assert signal.state == "OPEN"
    assert kinds(session, signal) == ["FOUND", "ASKED", "ANSWERED", "CLOSED", "REOPENED"]
    trail = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "signal"))
    assert list(trail) == [f"signal.{one}" for one in ("asked", "answered", "closed", "reopened")]


def test_a_second_click_says_nothing_twice(session, county, signal, question):
    for _ in range(2):
        commands.ask_about(session, county.operator, signal.id, UNIT, START)
    for _ in range(2):
        commands.answer_signal(session, county.finance, question, ANSWER, START)
    for _ in range(2):
        commands.close_signal(session, county.operator, signal.id, "属实", START)
    for _ in range(2):
        commands.reopen_signal(session, county.operator, signal.id, "新情况", START)
    assert kinds(session, signal) == ["FOUND", "ASKED", "ANSWERED", "CLOSED", "REOPENED"]


def test_those_who_answer_are_told_and_whoever_asked_hears_of_the_answer(
    session, county, signal, question
):
    commands.ask_about(session, county.operator, signal.id, UNIT, START)
    address = f"/unit/{county.unit_id}/signals/{signal.id}"
    office = (county.approver, county.finance)
    assert told(session, "signal_asked") == [(one.person_id, address) for one in office]
    commands.answer_signal(session, county.approver, question, ANSWER, START)
    asker = county.operator.person_id
    assert told(session, "signal_answered") == [(asker, f"/desk/signals/{signal.id}")]


def test_a_question_waits_until_it_is_answered(session, county, signal, question):
    notice = OpenNotice(7, county.finance.person_id, "signal_asked", signal.id, {})
    still = CHECKS["signal_asked"]
    assert still(session, [notice], START) == set()
    commands.ask_about(session, county.operator, signal.id, UNIT, START)
    assert still(session, [notice], START) == {7}
    commands.answer_signal(session, county.finance, question, ANSWER, START)
    assert still(session, [notice], START) == set()


def test_nobody_answers_what_they_were_not_asked(session, county, signal, question):
    with pytest.raises(NotFound):
        commands.answer_signal(session, county.finance, question, ANSWER, START)
    commands.ask_about(session, county.operator, signal.id, UNIT, START)
    for other in (county.buyer, county.stranger, county.clerk, county.operator, county.auditor):
        with pytest.raises(NotFound):
            commands.answer_signal(session, other, question, ANSWER, START)
    mine = Question(Side.PRODUCER, county.producer_id, signal.id)
    with pytest.raises(NotFound):
        commands.answer_signal(session, county.clerk, mine, ANSWER, START)
    with pytest.raises(NotFound):
        commands.answer_signal(
            session, county.finance, replace(question, signal_id=99), ANSWER, START
        )


def test_neither_side_reads_what_the_other_says(session, county, signal, question):
    commands.ask_about(session, county.operator, signal.id, UNIT, START)
    commands.answer_signal(session, county.finance, question, ANSWER, START)
    commands.ask_about(session, county.operator, signal.id, PRODUCER, START)
    assert signal.state == "OPEN"
    mine = Question(Side.PRODUCER, county.producer_id, signal.id)
    shown = get_asked(session, county.clerk, mine)
    assert [step.words for step in shown.steps] == ["", PRODUCER[1]]
    assert [one["producer_id"] for one in shown.row.evidence["orders"]] == [county.producer_id]
    still = get_asked(session, county.finance, question)
    assert [step.words for step in still.steps] == ["", UNIT[1], ANSWER.words]
    assert len(get_signal(session, signal.id).steps) == 4


def test_the_paper_of_an_answer_is_read_by_the_centre_and_who_gave_it(
    session, county, signal, question
):
    commands.ask_about(session, county.operator, signal.id, UNIT, START)
    commands.answer_signal(session, county.finance, question, Answer("见附件", PDF), START)
    upload_id = session.scalars(select(SignalStep.upload_id)).all()[-1]
    for reader in (county.operator, county.auditor, county.approver):
        assert get_paper(session, reader, signal.id, upload_id).content == PDF.content
    for other in (county.buyer, county.stranger, county.clerk, county.shopper):
        with pytest.raises(NotFound):
            get_paper(session, other, signal.id, upload_id)
    with pytest.raises(NotFound):
        get_paper(session, county.operator, signal.id, upload_id + 1)


def test_only_operators_act_and_not_in_what_concerns_them(session, county, signal):
    for other in (county.auditor, county.buyer, county.finance, county.clerk):
        with pytest.raises(Forbidden):
            commands.ask_about(session, other, signal.id, UNIT, START)
        for verb in (commands.close_signal, commands.reopen_signal):
            with pytest.raises(Forbidden):
                verb(session, other, signal.id, "x", START)
    with pytest.raises(NotFound):
        commands.close_signal(session, county.operator, 99, "x", START)
    staff = Grant(county.operator.person_id, OrganisationKind.UNIT, county.unit_id, Role.STAFF)
    grant(session, staff, START, actor_id=None)
    party = load_identity(session, county.operator.person_id)
    assert party is not None
    with pytest.raises(OwnSignal):
        commands.close_signal(session, party, signal.id, "误报", START)
    centre = county.operator.organisations(OrganisationKind.CENTRE)[0]
    work = Grant(county.buyer.person_id, OrganisationKind.CENTRE, centre, Role.OPERATOR)
    grant(session, work, START, actor_id=None)
    buyer = load_identity(session, county.buyer.person_id)
    assert buyer is not None
    with pytest.raises(OwnSignal):
        commands.close_signal(session, buyer, signal.id, "误报", START)


def test_only_whom_it_concerns_can_be_asked(session, county, signal):
    signal.producer_id = None
    with pytest.raises(InvalidInput):
        commands.ask_about(session, county.operator, signal.id, PRODUCER, START)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE signal_step SET words = 'x'", "DELETE FROM signal_step", "DELETE FROM signal_rule"],
)
def test_the_log_and_the_versions_are_never_rewritten(session, county, signal, statement):
    commands.publish_thresholds(
        session, county.operator, Kind.EXACT_GAP, ({"within_fen": 1, "least_fen": 2}, "试"), START
    )
    session.commit()
    with pytest.raises(DatabaseError, match=r"append-only"):
        session.execute(text(statement))
    session.rollback()


def test_the_database_knows_who_can_be_asked(session, county, signal):
    session.get_one(Signal, signal.id).unit_id = None
    signal.unit_asked = True
    with pytest.raises(DatabaseError):
        session.flush()
    session.rollback()
