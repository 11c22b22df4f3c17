"""A program says by header in which language it is to be answered."""

import re

import pytest

from marketplace.accounts.commands import choose_locale
from tests.api.conftest import CallAs, Caller
from tests.county import County
from tests.search.indexing import index

CHINESE = re.compile("[一-鿿]")


def asked(caller: Caller, language: str, path: str = "/orders/999") -> str:
    """What a refusal says to somebody who asks for this language."""
    answer = caller("GET", path, headers={"Accept-Language": language})
    return "zh" if CHINESE.search(answer.json["detail"]) else "en"


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("en", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr, en;q=0.5", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-Hans", "zh"),
        ("en;q=0, zh", "zh"),
        ("*", "zh"),
        ("fr", "zh"),
        ("", "zh"),
        ("en_GB", "en"),
        ("\x7f;;q=x", "zh"),
    ],
)
def test_a_refusal_comes_in_the_language_asked_for(buyer: Caller, header, spoken):
    assert asked(buyer, header) == spoken


def test_whoever_chose_a_language_may_still_ask_for_another(
    call_as: CallAs, county: County, session
):
    choose_locale(session, county.buyer.person_id, "en")
    buyer = call_as(county.buyer)
    assert (asked(buyer, "*"), asked(buyer, "zh-CN")) == ("en", "zh")


def test_every_wrong_field_is_told_in_that_language(buyer: Caller):
    told = buyer("POST", "/purchases", json={"lines": []}, headers={"Accept-Language": "en"})
    assert told.status_code == 422
    assert not CHINESE.search(told.text)


def test_what_everyone_is_told_is_kept_for_each_language(stranger: Caller):
    def summary(language: str) -> str:
        document = stranger("GET", "/openapi.json", headers={"Accept-Language": language}).json
        return str(document["paths"]["/api/v1/villages"]["get"]["summary"])

    assert not CHINESE.search(summary("en"))
    assert CHINESE.search(summary("zh"))


def test_names_of_facets_follow_the_language_though_answers_are_kept(
    stranger: Caller, county: County, session, tmp_path
):
    index(session, tmp_path)
    session.commit()

    def names(language: str) -> str:
        answer = stranger("GET", "/products", headers={"Accept-Language": language})
        return "".join(each["name"] for each in answer.json["facets"]["category"])

    for _ in range(2):
        assert CHINESE.search(names("zh"))
        assert not CHINESE.search(names("en"))
