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
    settings = current_app.config["SETTINGS"]
    value = seal(trail, current_app.config["SECRET_KEY"])
    # Written out: a sealed trail holds nothing to quote, and a redirect has little time.
    kept = f"{COOKIE}={value}; Max-Age={DAYS * 86_400}; Path=/; HttpOnly; SameSite=Lax"
    response.headers.add("Set-Cookie", f"{kept}; Secure" if settings.is_secure else kept)
