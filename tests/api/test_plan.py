"""A unit's plan over the API."""

import pytest


@pytest.mark.parametrize("strategy", ["fewest_parcels", "most_villages", "cheapest"])
def test_a_plan_closes_the_gap(buyer, county, strategy):
    found = buyer.get(f"/units/{county.unit_id}/plan", year=2026, strategy=strategy).json
    assert found["total_fen"] == sum(line["line_fen"] for line in found["lines"])
    assert found["total_fen"] - found["excess_fen"] == found["missing_fen"] == 5_000_000
    assert found["villages"][0].keys() == {"code", "name"}
    assert "元" in found["explanation"]


def test_nonsense_is_named_and_other_units_are_not_there(buyer, call_as, county, stranger):
    path = f"/units/{county.unit_id}/plan"
    assert buyer.get(path, strategy="best").status_code == 422
    assert buyer.get(path, year="1.5").status_code == 422
    assert buyer.get(path, year=2025).json["lines"] == []
    assert call_as(county.stranger).get(path).status_code == 404
    assert stranger.get(path).status_code == 401
