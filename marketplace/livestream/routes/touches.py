"""What a browser remembers of the links it followed: signed, so that it can only be forgotten."""

from typing import cast

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from marketplace.livestream.rules.links import MOST_TOUCHES, Followed

COOKIE = "touched"
DAYS = 90


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(cast(str, current_app.secret_key), salt="livestream.touches")


def read_touches() -> tuple[tuple[int, int], ...]:
    """(link, second) of the links this browser followed, the latest last. What was not signed
    here says nothing."""
    found = request.cookies.get(COOKIE)
    if not found:
        return ()
    try:
        kept = _serializer().loads(found)
    except BadData:
        return ()
    return tuple((int(link), int(second)) for link, second in kept)


def remember(response: Response, followed: Followed) -> None:
    """Adds a link to what the browser remembers, in place of an earlier time."""
    kept = [touch for touch in read_touches() if touch[0] != followed.link_id]
    kept.append((followed.link_id, followed.second))
    response.set_cookie(
        COOKIE,
        _serializer().dumps(kept[-MOST_TOUCHES:]),
        max_age=DAYS * 86_400,
        secure=current_app.config["SETTINGS"].is_secure,
        httponly=True,
        samesite="Lax",
    )
