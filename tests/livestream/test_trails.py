"""What a browser remembers can be forgotten, and neither made up nor changed."""

from marketplace.livestream.rules.links import MOST_TOUCHES, Followed
from marketplace.livestream.rules.trails import LONGEST, Trail, find_trail, seal

KEY = "k" * 40
TRAIL = Trail("visitor-number_22-long", (Followed(7, 1_700_000_000), Followed(9, 1_700_000_060)))


def test_a_trail_is_read_as_it_was_sealed():
    assert find_trail(seal(TRAIL, KEY), KEY) == TRAIL
    assert find_trail(seal(Trail("v"), KEY), KEY) == Trail("v")


def test_no_letter_of_it_can_be_changed():
    sealed = seal(TRAIL, KEY)
    for place, letter in enumerate(sealed):
        other = "a" if letter != "a" else "b"
        assert find_trail(sealed[:place] + other + sealed[place + 1 :], KEY) is None


def test_what_others_wrote_says_nothing():
    body = "v.7-1700000000"
    for cookie in ("", ".", "..", body, f"{body}.", f"{body}.{'A' * 24}", "\x00", "香菇.1-1.x"):
        assert find_trail(cookie, KEY) is None
    assert find_trail(seal(TRAIL, "another key " * 4), KEY) is None
    assert find_trail("x" * 10_000, KEY) is None


def test_a_link_followed_again_is_the_latest():
    again = TRAIL.after(Followed(7, 1_700_000_120))
    assert again.followed == (Followed(9, 1_700_000_060), Followed(7, 1_700_000_120))


def test_the_longest_trail_is_one_that_we_read():
    trail = TRAIL
    for number in range(100):
        trail = trail.after(Followed(2**63 - 1 - number, 99_999_999_999))
    assert len(trail.followed) == MOST_TOUCHES
    assert len(seal(trail, KEY)) <= LONGEST
    assert find_trail(seal(trail, KEY), KEY) == trail
