"""The money ledger as `ledger` and `hledger` read it: a program nobody here wrote checks us."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy.orm import Session

from marketplace.core.money import plain_yuan
from marketplace.ledger.queries import each_posting


def ledger_journal(session: Session) -> Iterator[str]:
    """The journal, entry by entry. Every posting carries its amount, so a fen that was changed
    leaves its entry unbalanced and the reading program refuses it."""
    yield "commodity CNY\n    format 1000.00 CNY\n\n"
    for _entry_id, group in groupby(each_posting(session), key=lambda one: one.entry_id):
        postings = list(group)
        first = postings[0]
        lines = [f"{first.posted_on:%Y-%m-%d} * {first.narration}", f"    ; source: {first.source}"]
        lines += [f"    {one.account}  {plain_yuan(one.amount_fen)} CNY" for one in postings]
        yield "\n".join(lines) + "\n\n"
