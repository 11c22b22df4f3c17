"""What a browser remembers of the links it followed: sealed, so that it can only be forgotten."""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from marketplace.livestream.rules.links import MOST_TOUCHES, Followed

VISITOR_LETTERS = 22
# Far longer than what we write: what somebody else wrote is not even looked at.
LONGEST = 1200
_STEP = re.compile(r"([0-9]{1,19})-([0-9]{1,12})", re.ASCII)


@dataclass(frozen=True)
class Trail:
    """A visitor's number, drawn by chance, and the links they followed, the latest last."""

    visitor: str
    followed: tuple[Followed, ...] = ()

    def after(self, step: Followed) -> "Trail":
        """With a link more, in place of an earlier time it was followed."""
        others = [one for one in self.followed if one.link_id != step.link_id]
        return Trail(self.visitor, (*others, step)[-MOST_TOUCHES:])


def seal(trail: Trail, key: str) -> str:
    """The trail as a cookie holds it."""
    steps = "_".join(f"{one.link_id}-{one.second}" for one in trail.followed)
    body = f"{trail.visitor}.{steps}"
    return f"{body}.{_sign(body, key)}"


def find_trail(cookie: str, key: str) -> Trail | None:
    """The trail of a cookie; what was not sealed with this key says nothing."""
    body, _, signature = cookie.rpartition(".")
    if len(cookie) > LONGEST or not cookie.isascii():
        return None
    if not hmac.compare_digest(signature, _sign(body, key)):
        return None
    visitor, _, steps = body.partition(".")
    found = (Followed(int(link), int(second)) for link, second in _STEP.findall(steps))
    return Trail(visitor, tuple(found))


def _sign(body: str, key: str) -> str:
    digest = hmac.digest(key.encode(), f"trail:{body}".encode(), "sha256")
    return urlsafe_b64encode(digest[:18]).decode()
