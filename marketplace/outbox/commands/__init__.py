"""Verbs of the outbox: put a message, take it on a lease, finish it; answer a request once."""

from marketplace.outbox.commands.leases import claim, extend, finish, postpone, take
from marketplace.outbox.commands.mail import MAIL_JOB, put_letter, record_letter
from marketplace.outbox.commands.messages import forget_old, put, put_all, retry, see_worker
from marketplace.outbox.commands.requests import answer_once, begin_request, remember_answer
from marketplace.outbox.commands.schedules import (
    begin_schedules,
    note_failure,
    note_turn,
    skip_turn,
    take_turn,
)

__all__ = [
    "MAIL_JOB",
    "answer_once",
    "begin_request",
    "begin_schedules",
    "claim",
    "extend",
    "finish",
    "forget_old",
    "note_failure",
    "note_turn",
    "postpone",
    "put",
    "put_all",
    "put_letter",
    "record_letter",
    "remember_answer",
    "retry",
    "see_worker",
    "skip_turn",
    "take",
    "take_turn",
]
