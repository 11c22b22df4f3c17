"""Letters about contracts and inquiries: who hears of what, in which words."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members
from marketplace.core.identity import OrganisationKind
from marketplace.outbox.commands import put_letter
from marketplace.outbox.rules import Letter

# Both languages to everyone: the worker does not know on which device a letter will be read.
LETTERS = {
    "contract_offered": "合同 {number} 等待签署 · A contract awaits your signature",
    "contract_signed": "合同 {number} 双方已签署,可以要货 · The contract has been signed",
    "contract_returned": "合同 {number} 被退回,请修改 · The contract was sent back",
    "contract_ended": "合同 {number} 已终止 · The contract has been terminated",
    "contract_soon": "合同 {number} 一个月内到期 · The contract ends within a month",
    "contract_expired": "合同 {number} 已到期 · The contract has expired",
    "inquiry_asked": "询价 {number},请在截止日前报价 · You are asked for a quotation",
    "inquiry_open": "询价 {number} 的报价已全部收到 · All quotations have been received",
    "inquiry_chosen": "询价 {number} 已选定,等待您确认 · A choice awaits your confirmation",
    "inquiry_returned": "询价 {number} 的选择被退回 · The choice was sent back",
    "inquiry_won": "询价 {number} 选中了贵方,合同已生效 · Your quotation was chosen",
    "inquiry_lost": "询价 {number} 已有结果,这次没有选中贵方 · The inquiry has been decided",
    "inquiry_closed": "询价 {number} 已取消 · The inquiry was called off",
}


def write_to(
    session: Session,
    event: str,
    subject: tuple[str, str],
    readers: tuple[str, int, tuple[str, ...]],
    now: datetime,
) -> int:
    """Writes to the people of an organisation (kind, id, roles) of an event, each of them once.
    The subject is the number that people know it by, and what makes the event one of a kind."""
    number, once = subject
    kind, organisation_id, roles = readers
    words = LETTERS[event].format(number=number)
    people = {
        (person.id, person.login)
        for person, _role in list_members(session, OrganisationKind(kind), organisation_id, *roles)
    }
    letters = [
        Letter(
            effect_key=f"{event}:{once}:{person_id}",
            recipient=address,
            subject=words,
            body=f"{words}\n\n帮扶集 Bangfu Market",
        )
        for person_id, address in sorted(people)
    ]
    return sum(put_letter(session, letter, now) for letter in letters)
