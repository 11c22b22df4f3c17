"""The cookie that holds which links a browser followed."""

from flask import Response, current_app, request

from marketplace.livestream.rules.trails import Trail, find_trail, seal

COOKIE = "touched"
DAYS = 90


def find_own_trail() -> Trail | None:
    """The trail of this browser; None where it has none that we sealed."""
    kept = request.cookies.get(COOKIE)
    return find_trail(kept, current_app.config["SECRET_KEY"]) if kept else None


def read_touches() -> tuple[tuple[int, int], ...]:
    """(link, second) of the links this browser followed, the latest last."""
    trail = find_own_trail()
    return tuple((one.link_id, one.second) for one in trail.followed) if trail else ()


def remember(response: Response, trail: Trail) -> None:
    """Gives the browser its trail to keep."""
    response.set_cookie(
        COOKIE,
        seal(trail, current_app.config["SECRET_KEY"]),
        max_age=DAYS * 86_400,
        secure=current_app.config["SETTINGS"].is_secure,
        httponly=True,
        samesite="Lax",
    )
