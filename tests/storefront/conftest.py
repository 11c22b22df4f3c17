"""A county on whose public pages there is something to see."""

from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionTotal
from tests import county as made
from tests.county import County
from tests.search.indexing import index

PAGES = (
    "/",
    "/categories/shiitake",
    "/search?q=香菇",
    "/products/1",
    "/villages",
    f"/villages/{made.YUNCAI}",
    "/producers/1",
    "/board",
    "/trace/B00001",
)


@pytest.fixture
def county(session: Session, county: County, tmp_path: Path) -> County:
    """A county whose goods are indexed and whose villages sold something this year."""
    index(session, tmp_path)
    sell(session, "village", made.YUNCAI, month=6_703, product=6_703, producer=6_703)
    sell(session, "county", "420304", month=10_003, township=10_003, village=10_003)
    session.commit()
    return county


def sell(session: Session, scope: str, key: str, **parts: int) -> None:
    """Books sums as the attribution would have kept them."""
    part_keys = {
        "month": "2026-11",
        "product": "1",
        "producer": "1",
        "township": "420304102000",
        "village": made.YUNCAI,
    }
    session.execute(
        insert(AttributionTotal),
        [
            {
                "scope": scope,
                "scope_key": key,
                "part": part,
                "part_key": part_keys[part],
                "year": 2026,
                "shard": 0,
                "amount_fen": amount_fen,
                "orders": 1,
            }
            for part, amount_fen in parts.items()
        ],
    )
