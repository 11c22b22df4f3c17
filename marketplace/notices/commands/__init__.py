"""Verbs of notices: tell, mail, collect, read, settle, forget."""

from marketplace.notices.commands.digests import send_digests
from marketplace.notices.commands.inbox import choose_habits, mark_all_read, mark_read
from marketplace.notices.commands.keeping import drop_old
from marketplace.notices.commands.mail import Post, mail_notice
from marketplace.notices.commands.readers import Readers, tell_each, tell_readers
from marketplace.notices.commands.settle import look_again, look_at
from marketplace.notices.commands.tell import MAIL_NOTICE_JOB, tell_people
from marketplace.notices.rules import Matter

__all__ = [
    "MAIL_NOTICE_JOB",
    "Matter",
    "Post",
    "Readers",
    "choose_habits",
    "drop_old",
    "look_again",
    "look_at",
    "mail_notice",
    "mark_all_read",
    "mark_read",
    "send_digests",
    "tell_each",
    "tell_people",
    "tell_readers",
]
