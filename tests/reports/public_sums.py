"""Public totals as everyone reads them, beside the sums of their parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask.testing import FlaskClient

COUNTY_PARTS = ("townships", "villages", "producers", "products", "channels", "months")
PLACE_PARTS = ("villages", "months")
VILLAGE_PARTS = ("products", "producers", "months")


def sums_that_differ(client: FlaskClient, years: Iterable[int]) -> Iterator[str]:
    """Each public total, over the API and as open data, beside the sum of its parts."""
    for year in years:
        county = _got(client, f"/api/v1/county/summary?year={year}")
        yield from _differing(f"county {year}", county, county["amount_fen"], COUNTY_PARTS)
        for township in county["townships"]:
            told = _got(client, f"/api/v1/townships/{township['code']}/sales?year={year}")
            where = f"township {township['code']} {year}"
            yield from _differing(where, told, township["amount_fen"], PLACE_PARTS)
        tables = _got(client, f"/board/data.json?year={year}")["tables"]
        yield from _differing(f"open data {year}", tables, county["amount_fen"], tuple(tables))
    for village in _villages_that_sold(client, years):
        told = _got(client, f"/api/v1/villages/{village}/sales")
        yield from _differing(f"village {village}", told, told["amount_fen"], VILLAGE_PARTS)


def public_total(client: FlaskClient, year: int) -> int:
    return int(_got(client, f"/api/v1/county/summary?year={year}")["amount_fen"])


def _villages_that_sold(client: FlaskClient, years: Iterable[int]) -> set[str]:
    return {
        village["code"]
        for year in years
        for village in _got(client, f"/api/v1/county/summary?year={year}")["villages"]
    }


def _got(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_json()


def _differing(
    where: str, told: Mapping[str, Any], total_fen: int, parts: Sequence[str]
) -> Iterator[str]:
    for part in parts:
        found_fen = sum(row["amount_fen"] for row in told[part])
        if found_fen != total_fen:
            yield f"{where}: {part} make {found_fen}, the whole is {total_fen}"
