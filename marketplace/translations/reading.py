"""The catalogues as programs read them that answer nobody's request: workers write letters."""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent


@cache
def translator(locale: str) -> Callable[[str], str]:
    """Turns a message into a language; what is not translated stays Chinese."""
    found = gettext.translation("messages", ROOT, [locale], fallback=True)
    return found.gettext
