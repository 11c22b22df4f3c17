"""Of many things to choose from, those that a page bears: the others are found by their names."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import request

from marketplace.web.again import keep_typed
from marketplace.web.fields import read_search

MOST_SHOWN = 100

Thing = TypeVar("Thing")


def looks_for_more() -> bool:
    """Whether the form was sent to find more only: then what was typed stays in it.

    Enter sends it for good, unless other words stand in the line that looks than those that
    were looked for.
    """
    looked_for = request.form.get("q", "") != request.form.get("q_before", "")
    if "find" not in request.form and not ("enter" in request.form and looked_for):
        return False
    keep_typed()
    return True


def few_of(
    things: Sequence[Thing], name: Callable[[Thing], str], is_kept: Callable[[Thing], bool]
) -> tuple[list[Thing], bool]:
    """Those whose names hold the words looked for, and those that were chosen before; and whether
    there are others."""
    words = read_search(request.form).casefold().split()
    places = [
        place
        for place, thing in enumerate(things)
        if all(word in name(thing).casefold() for word in words)
    ]
    shown = set(places[:MOST_SHOWN])
    kept = [thing for place, thing in enumerate(things) if place in shown or is_kept(thing)]
    return kept, bool(words) or len(things) > MOST_SHOWN
