"""Whatever the program writes into the trail has words in both languages."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import create_engine, text

from marketplace.administration.rules.deeds import DEED_WORDS, all_words_of, deed_words
from marketplace.administration.rules.objects import OBJECT_WORDS
from marketplace.translations.reading import translator
from tests.structure.house import ROOT

# What is put together of a beginning and of what happened, and what may have happened.
HAPPENED = {
    "account.": "declared withdrawn",
    "agency.": "proposed agreed refused ended",
    "batch.": "draft released discarded",
    "benefits.": "entered reversed",
    "bulletin.": "drafted edited refreshed signed published reopened",
    "capacity.": "declared confirmed refused",
    "certification.": "applied passed returned refused withdrawn certified unpapered",
    "commission_settlement.": "frozen invoiced",
    "contract.": "written offered signed returned scanned ended expired",
    "dispute.": "asked withdrawn refused granted",
    "entering.": "submitted prechecked recommended notice verified waived returned refused entered",
    "filing.": "written submitted reviewed approved returned",
    "host.": "admitted suspended lifted trusted untrusted",
    "host.application_": "admitted refused",
    "inquiry.": "asked chosen decided returned closed",
    "offline.": "filed checked verified returned refused reversed",
    "outlet.receipt_": "counted refused reversed",
    "payout.": "requested released paid returned cancelled",
    "privacy.": "export_asked erasure_asked",
    "product.": "drafted photos submitted taken_back published returned withdrawn changed asked"
    " unasked agreed refused",
    "refund.": "requested done refused rejected called no_answer lapsed recalled withdrawn",
    "reverification.": "told verified returned",
    "review.": "hidden shown",
    "session.": "planned offered changed removed answered passed refused cancelled started ended"
    " recorded corrected",
    "signal.": "asked answered closed reopened",
    "stock.": "counted spoiled damaged lost expired sample sent brought_back",
    "transfer.": "matched set_aside",
    "unit.": "merged split",
}
# Verbs that write into the trail, or hand on to one that does; and names of what they are given.
VERBS = ("record", "leave_a_trail", "_leave_a_trail", "note", "_note", "note_request", "_record")
MORE_VERBS = ("_trail", "_write_trail")
NAMES = ("action", "did")


@cache
def nodes() -> list[ast.AST]:
    """Of the whole program, but for the API's examples."""
    paths = [one for one in (ROOT / "marketplace").rglob("*.py") if "api" not in one.parts]
    return [node for path in paths for node in ast.walk(ast.parse(path.read_text()))]


def calls() -> list[ast.Call]:
    return [
        node
        for node in nodes()
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in (*VERBS, *MORE_VERBS)
    ]


def spoken() -> Iterator[ast.AST]:
    """What is handed over, out of tuples and choices too; of a record the action alone."""
    for call in calls():
        for one in [one.value for one in call.keywords if one.arg == "action"] or call.args:
            yield from ast.walk(one)
    for node in nodes():
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMES:
            yield from ast.walk(node.value)


def begun(node: ast.JoinedStr) -> str:
    first = node.values[0]
    return str(first.value) if isinstance(first, ast.Constant) else ""


def is_action(value: object) -> bool:
    head, _dot, tail = str(value).partition(".")
    return all(one.replace("_", "").isalpha() and one.islower() for one in (head, tail))


def actions() -> set[str]:
    """Actions that stand in the source as they are, or are put together of what happened."""
    found = {f"{head}{tail}" for head, tails in HAPPENED.items() for tail in tails.split()}
    parts = list(spoken())
    joined = {id(part) for one in parts if isinstance(one, ast.JoinedStr) for part in one.values}
    constants = [one for one in parts if isinstance(one, ast.Constant) and id(one) not in joined]
    return found | {str(one.value) for one in constants if is_action(one.value)}


def kinds() -> set[str]:
    found = {"agency", "agency_contract", "book", "host", "host_application", "people", "village"}
    found |= {"contractor", "role_request", "setting_request"}
    for call in calls():
        for one in call.keywords:
            if one.arg == "object_kind" and isinstance(one.value, ast.Constant):
                found.add(str(one.value.value))
    return found


def test_every_action_has_words() -> None:
    assert sorted(one for one in actions() if not all_words_of(one)) == []


def test_every_kind_of_thing_has_words() -> None:
    assert sorted(kinds() - set(OBJECT_WORDS)) == []


def test_every_beginning_says_what_may_happen() -> None:
    """Whoever puts an action together anew comes by here, and by the words."""
    begins = {begun(one) for one in spoken() if isinstance(one, ast.JoinedStr)}
    begins = {one for one in begins if "." in one}
    assert sorted(begins - set(HAPPENED)) == []
    assert sorted(set(HAPPENED) - begins) == []


def test_no_words_are_left_over() -> None:
    known = actions() | {"book.sealed", "invoice.registered", "invoice.checked", "invoice.reversed"}
    told = {code.rpartition("/")[2] for code in DEED_WORDS}
    assert sorted(told - known) == []


@pytest.mark.parametrize("table", [DEED_WORDS, OBJECT_WORDS], ids=["deeds", "objects"])
def test_words_are_there_in_english_too(table: dict[str, str]) -> None:
    english = translator("en")
    assert [code for code, words in table.items() if english(words) == words] == []


def test_what_two_kinds_know_is_told_by_the_kind() -> None:
    assert deed_words("session.ended", "live_session") == "结束直播"
    assert deed_words("session.ended", "person") == "退出一台设备"
    assert all_words_of("session.ended") == ["退出一台设备", "结束直播"]
    assert deed_words("of.tomorrow", "person") is None


@pytest.mark.slow
def test_the_trail_of_the_demonstration_is_told_in_words(demonstrated: str) -> None:
    engine = create_engine(demonstrated)
    with engine.connect() as connection:
        told = connection.execute(text("SELECT DISTINCT action, object_kind FROM audit_entry"))
        wordless = [row for row in told if not deed_words(*row) or row[1] not in OBJECT_WORDS]
    engine.dispose()
    assert wordless == []
