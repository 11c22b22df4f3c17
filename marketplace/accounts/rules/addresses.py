"""Where a form may lead afterwards: to pages of our own and nowhere else."""

from urllib.parse import urlsplit

from marketplace.accounts.rules.logins import has_strange_characters

MOST_ADDRESS = 1000


def own_path(text: str | None) -> str | None:
    """The path, when it leads to a page of this site; None for anything else.

    Browsers read a backslash as a slash and drop tabs and newlines, so //evil.example can be
    written in many ways; a path that needs any of them is no page of ours.
    """
    if not text or len(text) > MOST_ADDRESS or not text.startswith("/"):
        return None
    if text.startswith("//") or "\\" in text or has_strange_characters(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else text
