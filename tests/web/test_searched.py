"""What somebody looks for is read in one way on every page."""

import pytest

from marketplace.web.fields import MOST_SEARCHED, read_search


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("  会沟 ", "会沟"),
        ("香菇\u3000花菇", "香菇 花菇"),
        ("香\x00菇\n", "香菇"),
        ("香\n菇", "香 菇"),
        ("\ud800菇", "菇"),
        ("x" * 10_000, "x" * MOST_SEARCHED),
    ],
)
def test_what_no_name_holds_is_left_out(typed: str, read: str):
    assert read_search({"q": typed}) == read
    assert read_search({"seller": typed}, "seller") == read
