"""Sets for an amount: never above it, and none nearer than what is named; words, numbers, masks."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.identity import Identity, OrganisationKind, Role, Standing
from marketplace.core.masking import mask_name
from marketplace.ordering.rules.gift_sets import (
    MOST_OF_ONE,
    GiftSet,
    names_in,
    read_code,
    read_words,
    suggest,
    take_apart,
)
from marketplace.ordering.rules.lists import OfferedPack
from marketplace.ordering.rules.parcels import as_parcels
from marketplace.ordering.rules.recipients import (
    mask_address,
    mask_phone,
    sees_people_of,
)


def pack(variant_id, price_fen, available=100, minimum=1, name="香菇"):
    return OfferedPack(variant_id, name, "小袋", "甲", price_fen, minimum, available, True)


@given(
    prices=st.lists(st.integers(1, 500), min_size=1, max_size=9),
    amount_fen=st.integers(1, 1_000),
)
def test_no_set_of_up_to_three_things_is_nearer_than_the_nearest_that_is_named(prices, amount_fen):
    pool = [pack(number, price) for number, price in enumerate(prices, 1)]
    found = suggest(amount_fen, pool, people=1)
    assert all(0 < one.total_fen <= amount_fen for one in found)
    sums = [sum(some) for size in (1, 2, 3) for some in combinations(prices, size)]
    sums += [price * count for price in prices for count in range(1, MOST_OF_ONE + 1)]
    best = max((one for one in sums if one <= amount_fen), default=None)
    assert (found[0].total_fen if found else None) == best
    left = [amount_fen - one.total_fen for one in found]
    assert left == sorted(left)


def test_what_is_not_there_for_everyone_is_not_suggested():
    pool = [pack(1, 100, available=9), pack(2, 90, minimum=20), pack(3, 80, available=25)]
    assert suggest(100, pool, people=10) == [GiftSet(((pool[2], 1),))]
    # Three each would need thirty.
    assert suggest(250, [pool[2]], people=10)[0].packs == 2


def test_words_are_taken_apart_and_a_whole_name_comes_first():
    plus, mushroom = pack(1, 100, name="C+维生素饮"), pack(2, 50)
    by_name = {"c+维生素饮": [plus], "香菇": [mushroom], "香菇小袋": [mushroom]}
    assert read_words("C+维生素饮", by_name, {}) == GiftSet(((plus, 1),))
    both = read_words("香菇 小袋×２ + 香菇", by_name, {})
    assert isinstance(both, GiftSet)
    assert both.parts == ((mushroom, 3),)
    assert read_words("2 x 3", by_name, {2: mushroom}) == GiftSet(((mushroom, 3),))
    assert read_words("香菇+木耳", by_name, {}) == "木耳"
    assert read_words("香菇×0", by_name, {}) == "香菇"
    assert read_words("香菇", {"香菇": [mushroom, plus]}, {}) == "香菇"
    assert take_apart("香菇*2、粉条;") == [("香菇", 2), ("粉条", 1)]
    assert list(names_in("椴木香菇 500 克")) == ["椴木香菇 500 克", "椴木香菇", "椴木香菇 500"]


@pytest.mark.parametrize(
    ("code", "packs"),
    [
        ("12x2-15x1", {12: 2, 15: 1}),
        ("12x0", {}),
        ("", {}),
        ("12x2-", {}),
        ("12×2", {}),
        ("１x1", {}),
    ],
)
def test_a_set_is_read_from_its_code_or_not_at_all(code, packs):
    assert read_code(code) == packs


def test_people_with_one_number_are_in_one_parcel():
    parcels = as_parcels({1: ("邮政", "E1"), 2: ("顺丰", "E1"), 3: ("邮政", "E1")})
    assert [(one.carrier, one.recipient_ids) for one in parcels] == [
        ("邮政", (1, 3)),
        ("顺丰", (2,)),
    ]


def test_masks_leave_little():
    assert (mask_name("王小明"), mask_name("")) == ("王*", "")
    assert mask_phone("138-0000-0000") == "138****0000"
    assert mask_phone("0719-7220000") == "071****0000"
    assert (mask_phone("110"), mask_phone("")) == ("****", "")
    assert mask_address("武汉市洪山区珞瑜路 1 号") == "武汉市洪山区****"


@pytest.mark.parametrize(
    ("state", "unit", "producer", "centre"),
    [
        ("DRAFT", True, False, False),
        ("PLACED", True, False, False),
        ("CONFIRMED", True, True, False),
        ("SHIPPED", True, True, False),
        ("ACCEPTED", True, True, False),
        ("COMPLETED", False, False, False),
        ("CANCELLED", False, False, False),
    ],
)
def test_who_reads_names_depends_on_how_far_the_order_is(state, unit, producer, centre):
    def someone(kind, role):
        return Identity(9, "x", "x", None, 1, (Standing(kind, 1, role),))

    def sees(identity):
        return sees_people_of(identity, (1, 5), 1, state)

    assert sees(someone(OrganisationKind.UNIT, Role.FINANCE)) is unit
    assert sees(someone(OrganisationKind.UNIT, Role.STAFF)) is False
    assert sees(someone(OrganisationKind.PRODUCER, Role.CLERK)) is producer
    assert sees(someone(OrganisationKind.CENTRE, Role.AUDITOR)) is centre
