"""When nobody is written to, and when what was collected leaves."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.core.clock import SHANGHAI
from marketplace.core.errors import N_
from marketplace.notices.rules.topics import Mail

# Digests leave as the office opens: every day, or on Mondays.
DIGEST_AT = 8 * 60
SATURDAY = 5

SAME_HOURS = N_("开始和结束不能是同一时刻。不需要安静时段时,请取消勾选。")
NOT_A_TIME = N_("请填写时刻,例如 21:00。")


@dataclass(frozen=True)
class QuietHours:
    """From a minute of the day to another, in China; the same minute twice: at no time."""

    begins: int = 21 * 60
    ends: int = 7 * 60 + 30
    weekends: bool = False

    @property
    def is_on(self) -> bool:
        return self.begins != self.ends


def awake_at(hours: QuietHours, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    local = moment.astimezone(SHANGHAI)
    later = _after_weekend(hours, _after_night(hours, local))
    # A weekend ends at midnight, which is night again.
    later = _after_night(hours, later)
    return moment if later == local else later.astimezone(moment.tzinfo)


def _after_night(hours: QuietHours, local: datetime) -> datetime:
    minute = local.hour * 60 + local.minute
    over_midnight = hours.begins > hours.ends
    late = minute >= hours.begins
    early = minute < hours.ends
    if not ((late or early) if over_midnight else (late and early)):
        return local
    return _at(local, hours.ends) + timedelta(days=1 if over_midnight and late else 0)


def _after_weekend(hours: QuietHours, local: datetime) -> datetime:
    if not hours.weekends or local.weekday() < SATURDAY:
        return local
    return _at(local, 0) + timedelta(days=7 - local.weekday())


def _at(local: datetime, minute: int) -> datetime:
    return local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)


def digest_after(mail: Mail, hours: QuietHours, now: datetime) -> datetime:
    """When the next daily or weekly digest leaves."""
    local = now.astimezone(SHANGHAI)
    next_at = _at(local, DIGEST_AT)
    if next_at <= local:
        next_at += timedelta(days=1)
    if mail == Mail.WEEKLY:
        next_at += timedelta(days=-next_at.weekday() % 7)
    return awake_at(hours, next_at.astimezone(now.tzinfo))


def minute_of(typed: str) -> int | None:
    """The minute of the day that `21:00` means, full-width too; None for what is no time of day."""
    hour, colon, minute = unicodedata.normalize("NFKC", typed[:20]).strip().partition(":")
    if not (colon and _is_number(hour) and _is_number(minute) and len(minute) == 2):
        return None
    return int(hour) * 60 + int(minute) if int(hour) < 24 and int(minute) < 60 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2


def clock_of(minute: int) -> str:
    """`21:00`, as browsers take it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
