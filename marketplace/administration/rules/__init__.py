"""Who asks, who decides, who reads, and which states a request goes through."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, Role

MOST_REASON = 500


class Ask(StrEnum):
    """What is to happen with a role."""

    GIVE = "GIVE"
    END = "END"


class State(StrEnum):
    ASKED = "ASKED"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


STATE_WORDS: dict[str, str] = {
    State.ASKED: N_("等待决定"),
    State.GRANTED: N_("已同意"),
    State.REFUSED: N_("未同意"),
    State.WITHDRAWN: N_("已撤回"),
}


class OwnRequest(Refusal):
    """Four eyes: nobody decides what they asked for, nor about themselves."""

    code = "administration.own_request"
    status = 403
    message = N_("自己提出的、或者关于自己的申请,要由另一位安全管理员决定。")


class Decided(Refusal):
    """A request is decided once."""

    code = "administration.decided"
    message = N_("这项申请已经办过了,请刷新页面查看结果。")


class AlreadyAsked(Refusal):
    """The same request waits already."""

    code = "administration.already_asked"
    message = N_("同样的申请已经在等待决定,不用再提。")


class NothingToChange(Refusal):
    """A role that is held already, or is not held, or a setting that is so already."""

    code = "administration.nothing_to_change"
    message = N_("现在就已经是这样,没有需要改变的。")


class OwnAccess(Refusal):
    """Nobody locks themselves out, or lets themselves in."""

    code = "administration.own_access"
    status = 403
    message = N_("不能停用自己的账号,也不能结束自己的角色,请另一位管理员办理。")


@dataclass(frozen=True)
class Decision:
    """Yes or no, with the words that go with it."""

    is_granted: bool
    answer: str


def asks(identity: Identity) -> bool:
    """Whoever looks after people and settings."""
    return identity.is_in_centre(Role.SYSTEM)


def decides(identity: Identity) -> bool:
    """Whoever gives and takes roles."""
    return identity.is_in_centre(Role.SECURITY)


def reads(identity: Identity) -> bool:
    """Both of them, and whoever checks them."""
    return identity.is_in_centre(Role.SYSTEM, Role.SECURITY, Role.AUDITOR)


def reads_trail(identity: Identity) -> bool:
    """The auditor, and those of the centre who do its business."""
    return identity.is_in_centre()


def reads_settings(identity: Identity) -> bool:
    """Everyone in the centre: what is set acts on their work."""
    return reads(identity) or identity.is_in_centre()


def require_undecided(state: str) -> None:
    if state != State.ASKED:
        raise Decided
