"""Every refusal has a code of its own, a status, and words in both languages."""

import importlib
import pkgutil
import re
from collections import Counter

import pytest

import marketplace
from marketplace.core.errors import N_, Refusal
from tests.structure.test_words import translations

for module in pkgutil.walk_packages(marketplace.__path__, "marketplace."):
    importlib.import_module(module.name)

# A code is `what.went_wrong`; the two that stand in for HTTP's own answers need no room.
CODE = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z0-9]+(_[a-z0-9]+)*)?")


def subclasses(kind: type[Refusal]) -> list[type[Refusal]]:
    found = [each for child in kind.__subclasses__() for each in (child, *subclasses(child))]
    return sorted(set(found), key=lambda each: (each.__module__, each.__name__))


def own(kind: type[Refusal]) -> list[type[Refusal]]:
    """Those of the marketplace, not those that tests made up."""
    return [each for each in subclasses(kind) if each.__module__.startswith("marketplace.")]


def doubled(refusals: list[type[Refusal]]) -> list[str]:
    counts = Counter(refusal.code for refusal in refusals)
    return [code for code, times in counts.items() if times > 1]


@pytest.mark.parametrize("refusal", own(Refusal), ids=lambda each: each.__name__)
def test_a_refusal_has_a_code_a_status_and_words(refusal):
    assert CODE.fullmatch(refusal.code)
    assert 400 <= refusal.status < 500
    assert refusal.message
    assert translations("en").get(refusal.message), f"not in English: {refusal.message}"


def test_codes_are_unique():
    assert own(Refusal)
    assert doubled(own(Refusal)) == []


def test_a_code_used_twice_would_be_noticed():
    first = type("First", (Refusal,), {"code": "same.code", "message": N_("一")})
    second = type("Second", (Refusal,), {"code": "same.code", "message": N_("二")})
    assert doubled([first, second]) == ["same.code"]
