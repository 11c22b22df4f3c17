"""The glossary and the pages call one thing by one English word."""

import re

from tests.structure.house import ROOT
from tests.structure.test_words import translations

ROW = re.compile(r"^\| ([^|]*[一-鿿][^|]*) \| ([a-z][^|]*) \|", re.MULTILINE)
MANY = {"ies": "y", "ches": "ch", "s": ""}


def one_of(words: str) -> str:
    """Small letters and one of each: a heading says "Quota rules", the glossary "quota rule"."""
    return re.sub(r"(ies|ches|s)\b", lambda end: MANY[end[1]], words.lower())


def pairs() -> dict[str, str]:
    return dict(ROW.findall((ROOT / "docs" / "glossary.md").read_text()))


def disagreeing(words: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    """Terms that stand by themselves on a page, with the other word that is used there."""
    said = {chinese: known[chinese] for chinese in words if chinese in known}
    return {one: text for one, text in said.items() if one_of(text) != one_of(words[one])}


def test_the_pages_say_what_the_glossary_says() -> None:
    terms = pairs()
    assert len(terms) > 50
    assert sorted(set(terms) - set(translations("en"))) == []
    assert disagreeing(terms, translations("en")) == {}


def test_another_word_would_be_noticed() -> None:
    known = {"资金渠道": "Source of funds", "批次": "Batches", "询价": "Inquiries"}
    terms = {"资金渠道": "fund", "批次": "batch", "询价": "inquiry", "没有这句话": "nothing"}
    assert disagreeing(terms, known) == {"资金渠道": "Source of funds"}
