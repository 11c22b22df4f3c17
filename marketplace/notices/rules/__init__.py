"""What can be told, in which words, how and when."""

from marketplace.notices.rules.habits import Habits
from marketplace.notices.rules.hours import QuietHours, awake_at, digest_after
from marketplace.notices.rules.kinds import KINDS, kinds_of, topic_of
from marketplace.notices.rules.tidings import Matter, OpenNotice, Tiding, about, tidings_of
from marketplace.notices.rules.topics import TOPICS, Mail, Topic

__all__ = [
    "KINDS",
    "TOPICS",
    "Habits",
    "Mail",
    "Matter",
    "OpenNotice",
    "QuietHours",
    "Tiding",
    "Topic",
    "about",
    "awake_at",
    "digest_after",
    "kinds_of",
    "tidings_of",
    "topic_of",
]
