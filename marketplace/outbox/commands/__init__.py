"""Verbs of the outbox: put a message, take it on a lease, finish it; answer a request once."""

from marketplace.outbox.commands.leases import claim, finish, postpone, take
from marketplace.outbox.commands.mail import MAIL_JOB, put_letter, record_letter
from marketplace.outbox.commands.messages import forget_old, put, see_worker
from marketplace.outbox.commands.requests import answer_once, begin_request, remember_answer
from marketplace.outbox.commands.schedules import (
    begin_schedules,
    end_schedules,
    skip_turn,
    take_turn,
)

__all__ = [
    "MAIL_JOB",
    "answer_once",
    "begin_request",
    "begin_schedules",
    "claim",
    "end_schedules",
    "finish",
    "forget_old",
    "postpone",
    "put",
    "put_letter",
    "record_letter",
    "remember_answer",
    "see_worker",
    "skip_turn",
    "take",
    "take_turn",
]
