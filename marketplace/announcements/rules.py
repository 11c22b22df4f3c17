"""What an announcement says, for whom and how long, and who makes one."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.clock import is_term
from marketplace.core.errors import N_, FieldError, Forbidden, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role

MOST_YEARS = 1
# So many stand above a page; the others are one click away.
ON_A_PAGE = 3
WRONG_SPAN = N_("公告要在今天或以后结束,不早于开始,最长一年。")


class Audience(StrEnum):
    """Who it is for; the operations centre reads all of them."""

    ALL = "ALL"
    UNITS = "UNITS"
    PRODUCERS = "PRODUCERS"
    HOSTS = "HOSTS"


ORGANISATIONS = {
    Audience.UNITS: OrganisationKind.UNIT,
    Audience.PRODUCERS: OrganisationKind.PRODUCER,
    Audience.HOSTS: OrganisationKind.HOST,
}


class AnnouncementWithdrawn(Refusal):
    code = "announcement.withdrawn"
    status = 409
    message = N_("这条公告已经撤下,不能再改;请另发一条。")


@dataclass(frozen=True)
class GivenAnnouncement:
    """An announcement as it is made."""

    audience: str
    title: str
    words: str
    from_on: date
    until_on: date
    is_pinned: bool


def wrong_announcement(given: GivenAnnouncement, today: date) -> list[FieldError]:
    good = is_term(given.from_on, given.until_on, today, MOST_YEARS)
    return [] if good else [FieldError("until_on", WRONG_SPAN)]


def writes(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR)


def require_writer(identity: Identity) -> None:
    if not writes(identity):
        raise Forbidden


def audiences_of(identity: Identity | None) -> tuple[Audience, ...]:
    """Whose announcements somebody reads; what is for all is for the public too."""
    if identity is None:
        return (Audience.ALL,)
    if identity.is_in_centre():
        return tuple(Audience)
    own = (one for one, kind in ORGANISATIONS.items() if identity.organisations(kind))
    return (Audience.ALL, *own)
