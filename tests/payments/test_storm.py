"""Whatever is killed between a commit and a call, no fen is lost, taken twice or given twice."""

from pathlib import Path

import pytest

from tests.payments.storm import run


@pytest.mark.slow
def test_money_in_is_money_accounted_after_a_storm(database_url: str, tmp_path: Path):
    outcome = run(database_url, tmp_path, journeys=12, seed=3)
    assert outcome.kills.total() > 0
    verdict = outcome.verdict
    assert verdict["breaks"] == []
    assert verdict["gateway_fen"] == outcome.held_fen
    assert (verdict["outgoing_fen"], verdict["suspense_fen"]) == (0, 0)
    assert verdict["received"] > 0
    assert verdict["given_back"] > 0
