"""Who asks, and what each route demands of them. Every route names its rule."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar, cast

from flask import current_app, g, request
from flask_login import UserMixin, current_user

from marketplace.core.errors import N_, Forbidden, NotFound, Refusal
from marketplace.core.identity import Identity, Role
from marketplace.core.seats import Seat
from marketplace.web.areas import READING, Sight, require_for_all, sight_of
from marketplace.web.database import now, session

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Rule = Callable[[Identity], bool]


class LoginNeeded(Refusal):
    """Nobody is logged in. Pages lead to the login and back; the API answers 401."""

    code = "login.needed"
    status = 401
    message = N_("请先登录,登录后会回到这一页。")


class StepUpNeeded(Refusal):
    """Money leaves or power is given: whoever sits here proves once more who they are."""

    code = "login.step_up_needed"
    status = 403
    message = N_(
        "这一步要在 10 分钟内确认过身份。请用密码和验证码(otp)重新取得令牌,10 分钟内再办。"
    )


class Visitor(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps of a person: who they are, and the key of their session."""

    def __init__(self, identity: Identity, seat: Seat, key: str = "") -> None:
        self.identity = identity
        self.seat = seat
        self.key = key

    def get_id(self) -> str:
        return f"{self.identity.person_id}.{self.key}"


class Public:
    """Marks a route that anyone may open."""

    __name__: ClassVar[str] = "public"


_is_nobody: ContextVar[bool] = ContextVar("is_nobody", default=False)


@contextmanager
def as_nobody() -> Iterator[None]:
    """What is done inside is done as the public, whoever asks."""
    before = _is_nobody.set(True)
    try:
        yield
    finally:
        _is_nobody.reset(before)


def find_identity() -> Identity | None:
    """Who asks, as they stand to what they ask for; None for the public."""
    if _is_nobody.get():
        return None
    if "standing_here" in g:
        return cast(Identity, g.standing_here)
    user = current_user._get_current_object()
    return user.identity if isinstance(user, Visitor) else None


def current_seat() -> Seat:
    """How whoever asks proved who they are. Raises LoginNeeded where nobody is logged in."""
    user = current_user._get_current_object()
    if not isinstance(user, Visitor):
        raise LoginNeeded
    return user.seat


def current_identity() -> Identity:
    """Who asks. Raises LoginNeeded where nobody is logged in."""
    identity = find_identity()
    if identity is None:
        raise LoginNeeded
    return identity


def authorise(rule: Rule) -> Identity:
    """The identity, when the rule lets it pass."""
    identity = current_identity()
    if not rule(identity):
        raise Forbidden
    return identity


def anyone_known(_identity: Identity) -> bool:
    """Any person who is logged in."""
    return True


def keep_auditors_reading(identity: Identity) -> None:
    """Whoever audits changes nothing, whatever a rule would let them do besides."""
    if request.method not in READING and identity.is_in_centre(Role.AUDITOR):
        raise Forbidden


def allow(
    rule: Rule = anyone_known, *, own: bool = False
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Names the access rule of a route; what an object demands is checked by its command.

    `own` marks what concerns nobody but the person: their password, their notices, their data.
    It stays open to those who still owe their county a second step.
    """

    def guarded(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(view)
        def ask(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            identity = authorise(rule)
            if not own:
                keep_auditors_reading(identity)
                current_app.extensions["demand_second_step"](identity, current_seat())
            require_for_all(session(), identity)
            sight = sight_of(session(), identity)
            if sight is Sight.INSIDE:
                return view(*args, **kwargs)
            with _outside_the_area(identity, rule, sight):
                return view(*args, **kwargs)

        ask.access_rule = rule  # type: ignore[attr-defined]
        return ask

    return guarded


@contextmanager
def _outside_the_area(identity: Identity, rule: Rule, sight: Sight) -> Iterator[None]:
    """Outside of their area an official is a person like any other: what is their own they still
    reach. What another county of their own business does, they may know of, but not do."""
    here = g.standing_here = identity.without_centre()
    if not rule(here):
        raise NotFound if sight is Sight.OUTSIDE else Forbidden
    try:
        yield
    except NotFound:
        raise Forbidden if sight is Sight.BESIDE else NotFound from None
    except Forbidden:
        raise NotFound if request.method in READING else Forbidden from None


def confirmed_lately(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Stands below `allow` on what moves money or gives power: whoever sits there proved within
    ten minutes who they are, or does so first."""
    return _asking_again(view, even_without_second_step=True)


def confirmed_where_enrolled(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """The same for forms that ask for the password themselves: who has nothing but a password
    is not asked for it twice."""
    return _asking_again(view, even_without_second_step=False)


def _asking_again(
    view: Callable[Arguments, Answer], *, even_without_second_step: bool
) -> Callable[Arguments, Answer]:
    @wraps(view)
    def ask(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        seat = current_seat()
        is_asked = even_without_second_step or seat.has_second_step
        if is_asked and not seat.was_confirmed_lately(now()):
            raise StepUpNeeded
        return view(*args, **kwargs)

    ask.asks_again = True  # type: ignore[attr-defined]
    return ask


def public(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Names a route that anyone may open."""
    view.access_rule = Public  # type: ignore[attr-defined]
    return view


def rule_of(view: Callable[..., Any]) -> Any:
    """The access rule a view was given, or None where someone forgot."""
    return getattr(view, "access_rule", None)
