"""Words find products in either engine; totals and facets are exact; nothing typed breaks it."""

import pytest

from marketplace.catalogue.queries import DEEPEST, ProductFilter, Sort, count_facets
from marketplace.core.paging import Page, PageRequest
from marketplace.search.commands import count_searches
from marketplace.search.index import in_order
from marketplace.search.queries import Found, list_popular, suggest
from marketplace.search.rules.ladder import Rung
from tests.catalogue.shelf import TODAY


def names(found: Found) -> list[str]:
    return [card.name for card in found.cards.items]


def test_a_word_finds_what_carries_it_in_its_name(ask):
    found = ask("香菇")
    assert found.rung == Rung.WORDS
    assert set(names(found)) == {"郧阳椴木香菇", "香菇脆"}


def test_one_character_of_the_name_finds(ask):
    assert names(ask("薯"))[0] == "红薯粉条"


def test_every_word_must_be_found_before_nearer_goods_are_shown(ask):
    assert names(ask("椴木 香菇")) == ["郧阳椴木香菇"]
    found = ask("五香椴木香菇")
    assert (found.rung, found.missing) == (Rung.NEAREST, ("五香",))
    assert names(found)[0] == "郧阳椴木香菇"


def test_what_is_left_out_is_not_shown(ask):
    assert names(ask("香菇 -脆")) == ["郧阳椴木香菇"]


def test_only_what_is_left_out_may_be_said(ask):
    found = ask("-香菇")
    assert set(names(found)) == {"红薯粉条", "玉米糁 石磨", "特级初榨橄榄油 500ml"}
    assert found.facets.total == 3


@pytest.mark.parametrize(
    "typed", ["500ML", "５００ｍｌ", "橄榄油 500毫升", "初榨\u202e橄榄", "橄欖油"]
)
def test_what_looks_the_same_finds_the_same(ask, typed):
    assert names(ask(typed)) == ["特级初榨橄榄油 500ml"]


@pytest.mark.parametrize("typed", ["1斤", "一斤", "500g", "0.5公斤", "５００克"])
def test_a_weight_is_a_weight_however_it_is_written(ask, typed):
    assert len(names(ask(typed))) == 5
    assert ask(f"香菇{typed}").cards.total == 2


@pytest.mark.parametrize("typed", ["会沟合作社", "会沟", "白浪镇", "白浪", "郧阳区", "湖北"])
def test_maker_village_township_and_county_find(ask, typed):
    assert len(names(ask(typed))) == 5


@pytest.mark.parametrize(
    ("typed", "rung"),
    [
        ("xianggu", Rung.WORDS),
        ("XiangGu", Rung.WORDS),
        ("xiang gu", Rung.PINYIN),
        ("duanmuxianggu", Rung.WORDS),
        ("香姑", Rung.CORRECTED),
        ("xg", Rung.CORRECTED),
        ("shiitake", Rung.WORDS),
    ],
)
def test_pinyin_homophones_initials_and_english_find(ask, typed, rung):
    found = ask(typed)
    assert names(found)[0] in {"郧阳椴木香菇", "香菇脆"}
    assert found.rung == rung


@pytest.mark.parametrize(
    "typed", ["红暑粉条", "红著粉条", "地瓜粉条", "红苕粉条", "sweet potato noodles"]
)
def test_slips_and_other_names_find_the_same_goods(ask, typed):
    assert names(ask(typed))[0] == "红薯粉条"


@pytest.mark.parametrize("typed", ["苞谷糁", "yumishen", "yumisan", "玉米糝"])
def test_what_this_region_says_finds(ask, typed):
    assert names(ask(typed))[0] == "玉米糁 石磨"


def test_what_was_understood_instead_is_told(ask):
    assert ask("香姑").instead == "香菇"
    assert ask("红著粉条").instead == "红薯粉条"


def test_total_and_facets_count_everything_found(ask):
    found = ask("香菇", page=PageRequest(1, 1))
    assert found.cards.total == found.facets.total == 2
    assert len(found.cards.items) == 1
    for facet in (found.facets.category, found.facets.township, found.facets.producer):
        assert sum(count.products for count in facet) == 2
    assert [(count.key, count.products) for count in found.facets.certified] == [("0", 2)]


def test_each_facet_is_counted_with_the_others_applied_and_not_its_own(ask):
    found = ask("香菇", ProductFilter(category="gift", sort=Sort.RELEVANCE))
    assert names(found) == ["香菇脆"]
    assert {count.key for count in found.facets.category} == {"gift", "shiitake"}
    assert [count.products for count in found.facets.producer] == [1]


def test_browsing_counts_its_facets_the_same_way(ask):
    found = ask("", ProductFilter(category="gift"))
    assert (found.cards.total, len(found.facets.category)) == (1, 5)
    assert [count.products for count in found.facets.township] == [1]


@pytest.mark.parametrize(
    "wanted",
    [
        ProductFilter(),
        ProductFilter(category="gift"),
        ProductFilter(certified=False, max_price_fen=6_880),
        ProductFilter(producer=999),
    ],
)
def test_copy_and_database_count_alike(session, copy, ask, wanted):
    counted = ask("", wanted).facets
    assert copy.snapshot() is not None
    assert counted == count_facets(session, wanted, TODAY)


def test_a_facet_is_cut_but_never_without_the_key_chosen():
    many = [(f"{number:03}", 100 - number) for number in range(80)]
    assert [key for key, _ in in_order(many, None, 80)] == [key for key, _ in many[:50]]
    assert in_order(many, "070", 30)[50:] == [("070", 30)]
    assert len(in_order(many, "010", 90)) == 50


def test_beyond_the_last_page_nothing_is_shown_and_links_end_there(ask):
    page = ask("会沟", page=PageRequest(2, 2)).cards
    assert (page.pages, page.numbers) == (3, [1, 2, 3])
    long: Page[object] = Page((), 5, 24, 1_000_000, reach=DEEPEST)
    assert (long.pages, long.numbers, long.has_next) == (417, [1, 4, 5, 6, 417], True)


def test_popular_words_are_those_that_find_something(session, copy):
    count_searches(session, TODAY, {"香菇": 7, "金条": 9, "粉条": 5, "玉米": 4})
    assert list_popular(session, copy, TODAY) == ["香菇", "粉条"]


def test_filters_and_sorts_apply_to_what_was_found(ask):
    assert names(ask("香菇", ProductFilter(township="420304102000"))) == []
    assert names(ask("香菇", ProductFilter(min_price_fen=6_881))) == []
    assert len(names(ask("香菇", ProductFilter(min_price_fen=6_880, max_price_fen=6_880)))) == 2
    assert len(names(ask("香菇", ProductFilter(village="420304106205", certified=False)))) == 2
    for sort in Sort:
        assert len(names(ask("香菇", ProductFilter(sort=sort)))) == 2


def test_prices_sort_both_ways(ask):
    up = [card.id for card in ask("会沟", ProductFilter(sort=Sort.PRICE)).cards.items]
    down = [card.id for card in ask("会沟", ProductFilter(sort=Sort.PRICE_DOWN)).cards.items]
    assert up == down[::-1]


def test_pages_follow_each_other_without_gap_or_repetition(ask):
    pages = [names(ask("会沟", page=PageRequest(page, 2))) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [name for page in pages for name in page] == names(ask("会沟"))


def test_without_words_the_whole_shop_is_meant(ask):
    assert len(names(ask("  "))) == 5


def test_suggestions_begin_with_what_is_typed(copy):
    assert "香菇" in [entry.text for entry in suggest(copy, "xiang")]
    assert suggest(copy, "会")[0].text in {"会沟村", "会沟合作社"}
    assert "红薯粉条" in [entry.text for entry in suggest(copy, "hsft")]
    assert suggest(copy, "!") == []


NONSENSE = [
    "!!!",
    "。。",
    "\0",
    "\u202e!",
    "%_'\"",
    "🍄",
    "a* OR *b~9 ((((",
    '"""-"-',
    "-香菇",
    "<script>",
    "a" * 10_000,
    "香菇" * 5_000,
    "重" * 5_000,
    "a b " * 2_500,
]


@pytest.mark.parametrize("typed", NONSENSE, ids=range(len(NONSENSE)))
def test_nothing_typed_breaks_the_search(ask, copy, typed):
    found = ask(typed, page=PageRequest.of(10**9, 10**9))
    assert not found.cards.items
    assert isinstance(suggest(copy, typed), list)


def test_marks_alone_are_understood_as_nothing(ask):
    found = ask("!!!")
    assert (found.cards.total, found.is_blank, found.is_only_marks) == (0, False, True)


def test_too_much_typed_is_cut_and_said(ask):
    assert ask("香菇" * 100).is_cut
    assert not ask("香菇").is_cut
