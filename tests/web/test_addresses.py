"""Numbers in addresses, queries and forms: what no row can have, and what one may not hide."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound

from marketplace.core.identity import Identity
from marketplace.core.ids import number_of
from marketplace.web.areas import Sight, sight_of
from tests.county import County
from tests.seating import seat


def refusals(app: Flask, number: str) -> Iterator[tuple[str, type[Exception]]]:
    """How every address with a number in it refuses that number, by each method."""
    bound = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:int|id):\w+>", number, rule.rule)
        if path == rule.rule:
            continue
        for method in ("GET", "POST", "PATCH"):
            with pytest.raises((NotFound, MethodNotAllowed)) as refused:
                bound.match(re.sub(r"<[^>]+>", "x", path), method=method)
            yield f"{method} {rule.rule}", refused.type


def test_a_number_that_no_row_can_have_is_not_found_by_any_method(app: Flask) -> None:
    """An address of two methods used to say 405: the other one would have taken it."""
    found = dict(refusals(app, "9" * 19))
    assert len(found) > 900
    assert [call for call, refusal in found.items() if refusal is not NotFound] == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("１２", 12),
        (" 12 ", 12),
        ("0" * 30 + "12", 12),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5_000, None),
        ("0" * 25 + "9" * 30, None),
        ("-1", None),
        ("1.5", None),
        ("²", 2),
        ("1\x00", None),
        ("", None),
    ],
    ids=lambda typed: str(typed)[:20],
)
def test_digits_are_a_number_where_a_row_could_have_it(typed: str, number: int | None) -> None:
    assert number_of(typed) == number


def of_the_next_county(identity: Identity) -> Identity:
    moved = (replace(one, area="420305") for one in identity.standings)
    return replace(identity, standings=tuple(moved))


@pytest.mark.parametrize("spell", ["{}", "０{}", " {} ", "00000000000000000000{}"])
def test_a_number_is_guarded_however_it_is_spelled(
    app: Flask, session: Session, county: County, spell: str
) -> None:
    """Forms take full-width digits, so whoever guards a county must read them as well."""
    wide = str(county.unit_id).translate({ord(str(one)): chr(0xFF10 + one) for one in range(10)})
    neighbour = of_the_next_county(county.operator)
    for typed in (str(county.unit_id), wide):
        given = {"unit_id": spell.format(typed)}
        with app.test_request_context("/desk/", method="POST", data=given):
            assert sight_of(session, neighbour) is Sight.OUTSIDE


@pytest.mark.parametrize("body", ["[" * 9_000, "{", '{"a":' * 9_000, "\x00"])
def test_json_that_is_none_breaks_no_page(app: Flask, county: County, body: str) -> None:
    """Of officials the body is read before the page is: to see of which county it speaks."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = seat(app.test_client(), county.operator)
    answer = client.post("/basket/keep", data=body, content_type="application/json")
    assert answer.status_code in (403, 404, 422)
