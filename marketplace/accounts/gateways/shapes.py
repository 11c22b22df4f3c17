"""What we ask of another house, and what it may answer."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.core.errors import N_, Refusal


class OutsideRefused(Refusal):
    """The other house said no, said nothing, or said something that cannot be believed."""

    code = "login.outside_refused"
    status = 401
    message = N_("单位的统一登录没有成功。请再试一次,或用登录名和密码登录。")


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what must be remembered until it comes back."""

    address: str
    kept: dict[str, str]


@dataclass(frozen=True)
class Outsider:
    """Who somebody is there. A mail address only where that house verified it."""

    subject: str
    mail: str | None = None


def believable(subject: object, most: int) -> str:
    """Who somebody is said to be, where that can be kept. Raises OutsideRefused."""
    if not isinstance(subject, str) or not 0 < len(subject) <= most or not subject.isprintable():
        raise OutsideRefused
    return subject


def code_of(kept: Mapping[str, str], said: Mapping[str, str]) -> str:
    """The code of an answer to our own question. Raises OutsideRefused."""
    code, state = said.get("code", ""), said.get("state", "")
    if not code or not secrets.compare_digest(state.encode(), kept["state"].encode()):
        raise OutsideRefused
    return code


class SignInHouse(Protocol):
    """Signs people in for us. Both verbs reach the network: call them outside a transaction."""

    name: str

    def begin(self, back: str) -> Begun: ...

    def finish(
        self, kept: Mapping[str, str], said: Mapping[str, str], back: str, now: datetime
    ) -> Outsider:
        """Who came back. Raises OutsideRefused."""
