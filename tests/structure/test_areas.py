"""Every address that names something of a county says of which, so that officials see their own."""

from flask import Flask

from marketplace import tables
from marketplace.core.areas import PLACES, Code, Of, Through, Without
from marketplace.web.access import Public, rule_of
from marketplace.web.areas import (
    ARGUMENTS,
    DONE_FOR_ALL,
    FOR_ALL,
    HELD_FOR_ALL,
    HOLDERS,
    KINDS,
    TYPED,
    about,
)

# Read together with what stands before them in the address, and found by both.
BELONGS_TO_THE_OTHER = {
    "account_id": "of the holder that is named",
    "cost_id": "of the outlet",
    "entry_id": "of the list of benefits",
    "offer_id": "of the session or the producer",
    "plan_id": "of the producer",
    "request_id": "of the unit, order or product; roles and settings ask for the county themselves",
    "run_id": "of the producer",
    "substitute_id": "of the unit",
    "upload_id": "of whatever it was handed in with",
}
OF_NO_COUNTY = {
    "act": "a verb",
    "answer": "a verb",
    "code": "public pages, or a requirement by its name",
    "form": "a kind of file",
    "group_id": "words for the search of all",
    "kind": "a word",
    "mark": "a picture's own",
    "message_id": "work that failed, for all counties",
    "name": "a rule's or a term's own",
    "notice_id": "one's own",
    "number": "a public certificate",
    "passkey_id": "one's own",
    "paper_id": "asked of what the paper is about",
    "side": "a word",
    "size": "of a picture",
    "slug": "of a text",
    "step": "a verb",
    "suffix": "a kind of file",
    "table": "of open data",
    "token": "proves itself",
    "verdict_id": "a proof of all books",
    "year": "a number",
}


def unplaced(app: Flask) -> list[str]:
    """Arguments of addresses that are not public and of which nobody said where they lie."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule_of(app.view_functions[rule.endpoint]) is Public:
            continue
        for name in rule.arguments:
            known = name in KINDS or name in BELONGS_TO_THE_OTHER or name in OF_NO_COUNTY
            if not known and about(rule.endpoint, name, {}) is None:
                found.append(f"{rule.endpoint}: {name}")
    return sorted(found)


def test_every_argument_of_an_address_has_a_place(app: Flask) -> None:
    assert unplaced(app) == []


def test_an_argument_without_a_place_would_be_noticed() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/annex/<int:annex_id>", "annex", str)
    assert unplaced(bare) == ["annex: annex_id"]


def test_the_places_are_tables_with_the_columns_they_name() -> None:
    for place, ways in PLACES.items():
        table = tables.metadata.tables[place.partition("/")[0]]
        for way in ways:
            match way:
                case Code(column):
                    assert column in table.c, (place, column)
                case Of(column, other, unless, when):
                    named = {column, unless or column, when[0] if when else column}
                    assert named <= set(table.c.keys()), (place, column)
                    assert other in PLACES, (place, other)
                case Through(other, column):
                    assert column in tables.metadata.tables[other.partition("/")[0]].c
                    assert other in PLACES, (place, other)
                case Without(other, column):
                    assert column in tables.metadata.tables[other].c


def test_what_addresses_name_are_places_there_are() -> None:
    named = [*ARGUMENTS.values(), *HOLDERS.values(), *TYPED.values()]
    places = {place for one in named for place in (one.seen, one.acted_on) if place}
    assert places | HELD_FOR_ALL <= set(PLACES)


def test_what_is_done_for_all_counties_are_addresses_there_are(app: Flask) -> None:
    assert set(app.view_functions) >= FOR_ALL | DONE_FOR_ALL


def test_rooms_and_addresses_with_a_place_of_their_own_are_there(app: Flask) -> None:
    """A place by room or by address would say nothing once that is renamed."""
    known = {
        name
        for rule in app.url_map.iter_rules()
        for argument in rule.arguments
        for name in (
            argument,
            f"{rule.endpoint}.{argument}",
            f"{rule.endpoint.partition('.')[0]}.{argument}",
        )
    }
    assert set(ARGUMENTS) <= known
