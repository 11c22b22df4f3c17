"""Who asks, and what each route demands of them. Every route names its rule."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask import request
from flask_login import UserMixin, current_user

from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.identity import Identity, Role

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Rule = Callable[[Identity], bool]

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class LoginNeeded(Refusal):
    """Nobody is logged in. Pages lead to the login and back; the API answers 401."""

    code = "login.needed"
    status = 401
    message = N_("请先登录,登录后会回到这一页。")


class Visitor(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps of a person: the identity, and an epoch that logging out raises."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    def get_id(self) -> str:
        return f"{self.identity.person_id}.{self.identity.session_epoch}"


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
    """Who asks, or None for the public."""
    if _is_nobody.get():
        return None
    user = current_user._get_current_object()
    return user.identity if isinstance(user, Visitor) else None


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
    """

    def guarded(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(view)
        def ask(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            identity = authorise(rule)
            if not own:
                keep_auditors_reading(identity)
            return view(*args, **kwargs)

        ask.access_rule = rule  # type: ignore[attr-defined]
        return ask

    return guarded


def public(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Names a route that anyone may open."""
    view.access_rule = Public  # type: ignore[attr-defined]
    return view


def rule_of(view: Callable[..., Any]) -> Any:
    """The access rule a view was given, or None where someone forgot."""
    return getattr(view, "access_rule", None)
