"""How an answer that was given may be given again without asking for it (`web.porch`)."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, cast

from flask import current_app, g, request
from flask_login import current_user

from marketplace.core.edition import Editions, Topic, read_editions
from marketplace.web.access import Visitor
from marketplace.web.database import db, this_minute
from marketplace.web.drawn import Shelf, version_of
from marketplace.web.kept import editions
from marketplace.web.metrics import count_kept
from marketplace.web.statements import count_asked

# In the environment of a request: how its answer may be given again.
STANDS = "marketplace.stands"
# As PEP 3333 has it.
WSGIEnvironment: TypeAlias = dict[str, Any]
# How often the database is asked whether somebody still sits where they sat.
SEAT = 1
# A page and its mark.
Told: TypeAlias = tuple[bytes, str]


def _nothing() -> str:
    return ""


def no_more(_environ: WSGIEnvironment) -> None:
    """What most pages do besides being shown."""


@dataclass(frozen=True)
class Terms:
    """What else an answer hangs on: on what `also` said when it was looked for, not a moment
    later; and what is done each time that it is given."""

    also: Callable[[], str] = _nothing
    said: str = ""
    each_time: Callable[[WSGIEnvironment], None] = no_more

    def hold(self) -> bool:
        return self.also() == self.said


NO_TERMS = Terms()


@dataclass(frozen=True)
class Standing:
    """Where an answer for visitors was taken from. It stands as long as the page lies there."""

    key: Hashable
    topics: Sequence[Topic]
    terms: Terms
    endpoint: str
    person: ClassVar[None] = None
    size: ClassVar[int] = 0

    def take(self, environ: WSGIEnvironment) -> Told | None:
        """The answer, if it would be given again, with all that is done each time."""
        if not self.terms.hold():
            return None
        version = version_of(read_editions(db.engine), self.topics)
        page = cast(Shelf, current_app.extensions["shelf"]).take(self.key, version)
        if page is None:
            return None
        count_kept("pages", is_found=True)
        self.terms.each_time(environ)
        return page.body, page.mark


@dataclass(frozen=True)
class OwnStanding:
    """What one person was told. It stands within its minute, while nothing that pages keep has
    changed at all, and they still sit where they sat."""

    told: Told
    terms: Terms
    visitor: Visitor
    known: Editions
    minute: int
    endpoint: str

    @property
    def person(self) -> int:
        return self.visitor.identity.person_id

    @property
    def size(self) -> int:
        return len(self.told[0])

    def take(self, environ: WSGIEnvironment) -> Told | None:
        """The same as `Standing`'s."""
        if self.minute != this_minute() or read_editions(db.engine) != self.known:
            return None
        still_sits: Callable[[Visitor], bool] = current_app.extensions["still_sits"]
        if not (self.terms.hold() and still_sits(self.visitor)):
            return None
        self.terms.each_time(environ)
        return self.told


def say_that_it_stands(key: Hashable, topics: Sequence[Topic], terms: Terms) -> None:
    """Notes where the answer to everyone was taken from."""
    request.environ[STANDS] = Standing(key, topics, terms, request.endpoint or "none")


def say_whose_it_is(told: Told, terms: Terms) -> None:
    """Notes what one person is told now, where nothing was asked of the database for it but
    whether they still sit here: all else is then what pages keep."""
    user = current_user._get_current_object()
    if isinstance(user, Visitor) and count_asked() == SEAT and "standing_here" not in g:
        how = user, editions(), this_minute(), request.endpoint or "none"
        request.environ[STANDS] = OwnStanding(told, terms, *how)
