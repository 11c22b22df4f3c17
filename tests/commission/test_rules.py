"""What a sale earns, and what partial refunds take back of it."""

from hypothesis import given
from hypothesis import strategies as some

from marketplace.commission.rules import SENTENCES, change_of, shares_of
from marketplace.livestream.rules.claims import Outcome

rates = some.integers(0, 500_000)
shares = some.integers(0, 1_000_000)


def test_every_outcome_has_its_sentence():
    assert set(SENTENCES) == set(Outcome)


def test_the_agency_gets_its_share_and_no_fen_is_lost():
    assert shares_of(12_345, 100_000, 300_000) == (864, 370)


@given(some.integers(0, 10**12), rates, shares)
def test_the_parts_are_the_commission_rounded_down(base_fen, rate_ppm, agency_ppm):
    host_fen, agency_fen = shares_of(base_fen, rate_ppm, agency_ppm)
    assert host_fen + agency_fen == base_fen * rate_ppm // 1_000_000
    assert min(host_fen, agency_fen) >= 0


@given(some.lists(some.integers(1, 10**9), min_size=1, max_size=8), rates, shares)
def test_every_sequence_of_refunds_ends_at_nothing(parts, rate_ppm, agency_ppm):
    standing = (sum(parts), *shares_of(sum(parts), rate_ppm, agency_ppm))
    for part in parts:
        host_fen, agency_fen = change_of(standing, -part, rate_ppm, agency_ppm)
        base_fen = standing[0] - part
        standing = (base_fen, standing[1] + host_fen, standing[2] + agency_fen)
        assert standing[1:] == shares_of(base_fen, rate_ppm, agency_ppm)
    assert standing == (0, 0, 0)
