"""Whatever a transfer names and however much it is, no more is given than came."""

from hypothesis import given as any_of
from hypothesis import strategies as st

from marketplace.payments.rules.matching import OpenPurchase, decide


@any_of(
    st.integers(1, 10**7),
    st.lists(st.integers(1, 10**6), max_size=14),
    st.lists(st.integers(1, 10**6), max_size=14),
)
def test_a_decision_never_gives_more_than_came(amount_fen, named, of_payer):
    purchases = [OpenPurchase(place, fen) for place, fen in enumerate(named)]
    others = [OpenPurchase(100 + place, fen) for place, fen in enumerate(of_payer)]
    decision = decide(amount_fen, purchases, others)
    given = sum(part.amount_fen for part in decision.parts)
    if decision.reason != "ambiguous":
        assert given <= amount_fen
    if decision.certain:
        assert given == amount_fen
