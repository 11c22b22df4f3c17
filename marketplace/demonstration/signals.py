"""What the finders see in the county's own past; one asked, one answered, one closed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.paging import PageRequest
from marketplace.demonstration.money import who
from marketplace.oversight.commands import answer_signal, ask_about, close_signal, look_back
from marketplace.oversight.commands.steps import Answer
from marketplace.oversight.queries.signals import SignalRow, Wish, list_signals
from marketplace.oversight.rules.kinds import Kind
from marketplace.oversight.rules.states import Question, Side

QUESTION = "年底最后一个月的采购占了全年一大半,请说明为什么集中在这时候,下一年怎样安排。"
ANSWER = "上半年食堂改造没有采购,十二月补买,并发放了元旦慰问品。下一年按季度安排。"
DEAR = "这一单的单价高于同类中位价,请说明选这家的原因。"
CLOSED = "这个品种的品质和包装与同类不同,单价没有可比性,确认是误报。"


def tell_of_signals(session: Session, official_id: int, unit_id: int, now: datetime) -> None:
    """Looks at everything that is told by then; the unit of the story is asked where it can be."""
    look_back(session, now)
    official = who(session, official_id)
    late, dear = _found(session, Kind.YEAR_END), _found(session, Kind.OVER_MEDIAN)
    for row in late[:1]:
        ask_about(session, official, row.id, (Side.UNIT, QUESTION), now)
        answer_signal(session, _approver(session, row), _question(row), Answer(ANSWER), now)
    own = [row for row in (*dear, *late[1:]) if row.unit_id == unit_id]
    for row in (*own, *late[1:])[:1]:
        words = DEAR if row.kind == Kind.OVER_MEDIAN else QUESTION
        ask_about(session, official, row.id, (Side.UNIT, words), now)
    for row in [row for row in dear if row.unit_id != unit_id][:1]:
        close_signal(session, official, row.id, CLOSED, now)


def _found(session: Session, kind: Kind) -> Sequence[SignalRow]:
    return list_signals(session, Wish(kind=kind), PageRequest(1, 1_000)).items


def _question(row: SignalRow) -> Question:
    assert row.unit_id is not None, row
    return Question(Side.UNIT, row.unit_id, row.id)


def _approver(session: Session, row: SignalRow) -> Identity:
    """Who answers for the unit."""
    assert row.unit_id is not None, row
    members = list_members(session, OrganisationKind.UNIT, row.unit_id, Role.APPROVER)
    return who(session, members[0][0].id)
