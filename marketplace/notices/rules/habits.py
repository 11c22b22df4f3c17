"""What one person has chosen, and what holds where they have chosen nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.notices.rules.hours import QuietHours, awake_at, digest_after
from marketplace.notices.rules.topics import TOPICS, Mail, Topic


@dataclass(frozen=True)
class Habits:
    """How a person wants to be told."""

    mails: Mapping[Topic, Mail] = field(default_factory=dict)
    hidden: frozenset[Topic] = frozenset()
    hours: QuietHours = field(default_factory=QuietHours)

    def mail_of(self, topic: Topic) -> Mail:
        return self.mails.get(topic, TOPICS[topic].mail)

    def shows(self, topic: Topic) -> bool:
        """Whether the inbox shows it. What is required is shown to everyone."""
        return TOPICS[topic].always_shown or topic not in self.hidden

    def leaves_at(self, topic: Topic, now: datetime) -> datetime | None:
        """When a mail of a topic leaves that is asked for now; None where none is wanted."""
        mail = self.mail_of(topic)
        if mail == Mail.NEVER:
            return None
        if mail == Mail.AT_ONCE:
            return awake_at(self.hours, now)
        return digest_after(mail, self.hours, now)
