"""A small shop whose goods can be found, with either engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import ProductFilter, Sort
from marketplace.core.paging import PageRequest
from marketplace.search.commands import put_first_synonyms
from marketplace.search.engines import choose_engine
from marketplace.search.local.copy import LocalCopy
from marketplace.search.queries import Found, search
from tests.catalogue.shelf import NOW, TODAY, open_shop, published
from tests.databases import Databases
from tests.engines import open_engine
from tests.search.indexing import index

FIRST_PAGE = PageRequest(1, 24)
RELEVANT = ProductFilter(sort=Sort.RELEVANCE)
GOODS = {
    "郧阳椴木香菇": "shiitake",
    "香菇脆": "gift",
    "红薯粉条": "noodles",
    "玉米糁 石磨": "grits",
    "特级初榨橄榄油 500ml": "olive-oil",
}
Ask = Callable[..., Found]


@pytest.fixture(params=["tantivy", "whoosh"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def stocked(databases: Databases) -> Iterator[str]:
    """A database with five products of one producer: built once per worker, to be copied."""
    url = databases.create()
    engine = open_engine(url)
    with Session(engine) as session:
        producer_id = open_shop(session)
        put_first_synonyms(session, NOW)
        for name, kind in GOODS.items():
            published(session, producer_id, name, kind)
        session.commit()
    engine.dispose()
    yield url
    databases.drop(url)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database of this test alone: with the goods where the test asks for the shop."""
    wants_goods = "shop" in request.fixturenames
    url = databases.create(request.getfixturevalue("stocked") if wants_goods else "")
    yield url
    databases.drop(url)


@pytest.fixture
def shop(session: Session) -> dict[str, Product]:
    """The five products."""
    return {one.name: one for one in session.scalars(select(Product))}


@pytest.fixture
def copy(session: Session, shop: dict[str, Product], tmp_path: Path, engine_name: str) -> LocalCopy:
    """This machine's copy of the shop's goods."""
    index(session, tmp_path, engine_name)
    return LocalCopy(tmp_path / "search", choose_engine(engine_name))


@pytest.fixture
def ask(session: Session, copy: LocalCopy) -> Ask:
    def ask(typed: str, wanted: ProductFilter = RELEVANT, page: PageRequest = FIRST_PAGE) -> Found:
        copy.look_again()
        return search(session, copy, typed, wanted, page, today=TODAY)

    return ask
