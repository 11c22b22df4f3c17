"""What packs weigh, as people write it."""

from time import process_time

import pytest

from marketplace.listing.rules.packs import grams_of, weight_typed


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("500克", 500),
        ("500 g", 500),
        ("２.５公斤", 2_500),
        ("2.5kg", 2_500),
        ("5斤", 2_500),
        ("5 市斤装", 2_500),
        ("3两", 150),
        ("500克/袋", 500),
        ("250克×12盒", 3_000),
        ("12盒*250g", 3_000),
        ("250克/盒x12", 3_000),
        ("1箱(10公斤)", 10_000),
        ("1盒", 0),
        ("12 盒", 0),
        ("箱", 0),
        ("盒装", 0),
        ("一大堆", None),
        ("0.3克", None),
        ("", None),
    ],
)
def test_a_pack_is_understood_as_it_is_written(text: str, grams: int | None) -> None:
    assert grams_of(text) == grams


@pytest.mark.parametrize(
    ("typed", "grams"), [("", 0), ("500", 500), ("５００", 500), ("3斤", 1_500), ("-1", None)]
)
def test_a_bare_number_is_grams(typed: str, grams: int | None) -> None:
    assert weight_typed(typed) == grams


@pytest.mark.parametrize("typed", ["1克" + " \n" * 6_000, "1" + " " * 12_000 + "1克"])
def test_a_long_emptiness_takes_no_longer_to_read_than_it_is_long(typed: str) -> None:
    began_s = process_time()
    grams_of(typed.replace("克", "克!"))
    grams_of(f"!{typed}!")
    assert process_time() - began_s < 2
