"""This machine's copy of the index: its folder, who writes it, and who reads it."""

from pathlib import Path
from typing import cast

from flask import current_app

from config import Settings
from marketplace.search.engines import choose_engine
from marketplace.search.local.copy import LocalCopy
from marketplace.search.rules.words import learn

OWN_WORDS = "search-words.txt"


def search_home(settings: Settings) -> Path:
    return settings.instance / "search"


def open_copy(settings: Settings) -> LocalCopy:
    """The copy in this instance's folder, with the words the county added to the dictionary."""
    own = settings.instance / OWN_WORDS
    if own.exists():
        lines = own.read_text("utf-8").splitlines()
        learn(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return LocalCopy(search_home(settings), choose_engine(settings.search_engine))


def current_copy() -> LocalCopy:
    """The copy that the running application reads."""
    return cast(LocalCopy, current_app.extensions["search"])
