"""Letters: asked for in the transaction that makes them necessary, sent by the worker."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.db import insert_into
from marketplace.outbox.commands.messages import put
from marketplace.outbox.models import SentMail
from marketplace.outbox.rules import Letter

MAIL_JOB = "mail.send"


def put_letter(session: Session, letter: Letter, now: datetime) -> bool:
    """Asks for a letter. False where a letter with its effect key was asked for before."""
    return put(session, MAIL_JOB, asdict(letter), effect_key=f"mail:{letter.effect_key}", now=now)


def record_letter(session: Session, letter: Letter, now: datetime, *, keeps_body: bool) -> None:
    """Writes a letter into the register of what was sent, its words only where they are public."""
    statement = insert_into(session, SentMail).values(
        effect_key=letter.effect_key,
        recipient=letter.recipient,
        subject=letter.subject,
        body=letter.body if keeps_body else "",
        sent_at=now,
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["effect_key"]))
