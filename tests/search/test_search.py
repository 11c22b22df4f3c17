"""Words find products; totals and facets are exact; nothing typed breaks it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import publish, withdraw
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import ProductFilter, Sort
from marketplace.core.paging import PageRequest
from marketplace.outbox.models import OutboxMessage
from marketplace.search.commands import index_product, rebuild
from marketplace.search.models import SearchTerm
from marketplace.search.queries import search, suggest
from marketplace.search.rules import LONGEST_TERM, MOST_TERMS, read_query, weigh
from tests.catalogue.shelf import NOW, TODAY, open_shop, published

FIRST_PAGE = PageRequest(1, 24)
RELEVANT = ProductFilter(sort=Sort.RELEVANCE)


@pytest.fixture
def shop(session: Session) -> dict[str, Product]:
    producer_id = open_shop(session)
    names = {
        "郧阳椴木香菇": "shiitake",
        "香菇脆": "gift",
        "红薯粉条": "noodles",
        "特级初榨橄榄油 500ml": "olive-oil",
    }
    made = {name: published(session, producer_id, name, kind) for name, kind in names.items()}
    rebuild(session)
    return made


def found(session: Session, typed: str, wanted: ProductFilter = RELEVANT) -> list[str]:
    result = search(session, typed, wanted, FIRST_PAGE, today=TODAY)
    return [card.name for card in result.cards.items]


def test_two_characters_find(session, shop):
    assert set(found(session, "香菇")) == {"郧阳椴木香菇", "香菇脆"}


def test_one_character_of_the_name_finds(session, shop):
    assert found(session, "薯") == ["红薯粉条"]


def test_every_word_must_be_found(session, shop):
    assert found(session, "郧阳 香菇") == ["郧阳椴木香菇"]
    assert found(session, "香菇 粉条") == []


@pytest.mark.parametrize("typed", ["500ML", "５００ｍｌ", "橄榄油 500ml", "初榨\u202e橄榄"])
def test_what_looks_the_same_finds_the_same(session, shop, typed):
    assert found(session, typed) == ["特级初榨橄榄油 500ml"]


@pytest.mark.parametrize("typed", ["会沟合作社", "会沟", "白浪镇"])
def test_maker_village_and_township_find(session, shop, typed):
    assert len(found(session, typed)) == 4


def test_the_category_finds_in_both_languages(session, shop):
    assert found(session, "Shiitake") == ["郧阳椴木香菇"]
    assert found(session, "礼盒") == ["香菇脆"]


def test_a_name_counts_more_than_a_place(session, shop):
    producer_id = next(iter(shop.values())).producer_id
    named = published(session, producer_id, "会沟大米")
    index_product(session, named.id)
    assert found(session, "会沟")[0] == "会沟大米"


def test_total_and_facets_count_everything_found(session, shop):
    result = search(session, "香菇", RELEVANT, PageRequest(1, 1), today=TODAY)
    assert result.cards.total == result.facets.total == 2
    assert len(result.cards.items) == 1
    for facet in (result.facets.category, result.facets.township, result.facets.producer):
        assert sum(count.products for count in facet) == 2
    assert [(count.key, count.products) for count in result.facets.certified] == [("0", 2)]


def test_filters_and_sorts_apply_to_what_was_found(session, shop):
    wanted = ProductFilter(township="420304102000", sort=Sort.PRICE)
    assert found(session, "香菇", wanted) == []
    assert len(found(session, "香菇", ProductFilter(sort=Sort.PRICE_DOWN))) == 2


def test_without_words_the_whole_shop_is_meant(session, shop):
    assert len(found(session, "  ")) == 4


def test_what_is_withdrawn_is_found_no_more_even_before_the_index_knows(session, shop):
    withdraw(session, shop["香菇脆"].id, NOW)
    assert found(session, "香菇") == ["郧阳椴木香菇"]
    index_product(session, shop["香菇脆"].id)
    left = select(func.count()).where(SearchTerm.product_id == shop["香菇脆"].id)
    assert session.scalar(left) == 0


def test_every_change_asks_for_indexing_anew(session, shop):
    asked = select(func.count()).where(OutboxMessage.job == "search.apply")
    before = session.scalar(asked)
    withdraw(session, shop["香菇脆"].id, NOW)
    publish(session, shop["香菇脆"].id, NOW)
    assert session.scalar(asked) == before + 2


def test_indexing_twice_changes_nothing(session, shop):
    terms = select(func.count(), func.sum(SearchTerm.weight))
    before = session.execute(terms).one()
    index_product(session, shop["香菇脆"].id)
    assert rebuild(session) == 4
    assert session.execute(terms).one() == before


def test_suggestions_are_names(session, shop):
    assert set(suggest(session, "香菇")) == {"郧阳椴木香菇", "香菇脆"}
    assert suggest(session, "!") == []


NONSENSE = [
    "!!!",
    "。。",
    "\0x",
    "\u202e!",
    "%_'\"",
    "🍄",
    "<script>",
    "a" * 10_000,
    "香菇" * 5_000,
]


@pytest.mark.parametrize("typed", NONSENSE, ids=range(len(NONSENSE)))
def test_nothing_typed_breaks_the_search(session, shop, typed):
    result = search(session, typed, RELEVANT, PageRequest.of(10**9, 10**9), today=TODAY)
    assert not result.cards.items
    assert len(result.text.terms) <= MOST_TERMS


def test_marks_alone_are_understood_as_nothing(session, shop):
    result = search(session, "!!!", RELEVANT, FIRST_PAGE, today=TODAY)
    assert result.cards.total == 0
    assert not result.text.is_blank


def test_too_much_typed_is_cut_and_said():
    assert read_query("香" * 101).is_cut
    assert read_query(" ".join(f"w{n}" for n in range(MOST_TERMS + 1))).is_cut
    assert not read_query("香菇").is_cut


def test_terms_fit_the_table():
    weights = weigh([("x" * 500 + " 香菇", 3)], name="y" * 500)
    assert max(len(term) for term in weights) == LONGEST_TERM
    assert weights["香菇"] == 3
