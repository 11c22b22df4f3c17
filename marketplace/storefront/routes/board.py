"""The public board, its open data, and the pages of townships."""

from typing import Any

from flask import jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv
from marketplace.storefront import queries
from marketplace.storefront.forms import read_year
from marketplace.storefront.queries.open_data import COLUMNS, TABLES, open_tables
from marketplace.storefront.queries.township import get_township_page
from marketplace.storefront.routes.room import blueprint, county_code, other_county
from marketplace.web import now, public, session
from marketplace.web.downloads import CSV, download
from marketplace.web.shelf import shelved


def _year() -> int:
    return read_year(request.args, day_of(now()).year)


@blueprint.get("/board")
@public
@shelved
def board() -> str:
    today = day_of(now())
    page = queries.get_board(session(), county_code(), _year())
    return render_template(
        "storefront/board.html", page=page, this_year=today.year, county=other_county()
    )


@blueprint.get("/board/screen")
@public
def screen() -> ResponseReturnValue:
    """The board for a wall: few figures, large, asked for anew every minute by the browser."""
    response = make_response(_screen())
    response.headers["Refresh"] = "60"
    return response


@shelved
def _screen() -> str:
    page = queries.get_board(session(), county_code(), _year())
    return render_template("storefront/screen.html", page=page, county=other_county())


@blueprint.get("/board/data")
@public
@shelved
def dictionary() -> str:
    """What the open data holds, column by column."""
    today = day_of(now())
    return render_template(
        "storefront/data.html", tables=TABLES, columns=COLUMNS, year=_year(), this_year=today.year
    )


@blueprint.get("/board/data.json")
@public
def open_json() -> ResponseReturnValue:
    year = _year()
    tables = open_tables(session(), county_code(), year)
    body: dict[str, Any] = {
        "county_code": county_code(),
        "year": year,
        "unit": "fen",
        "amount_fen": sum(row["amount_fen"] for row in tables["month"]),
        "dictionary": url_for("storefront.dictionary", _external=False),
        "tables": tables,
    }
    return jsonify(body)


@blueprint.get("/board/data/<table>.csv")
@public
def open_csv(table: str) -> ResponseReturnValue:
    """One table, amounts in yuan to the fen beside those in fen, for people with spreadsheets."""
    if table not in TABLES:
        raise NotFound
    year = _year()
    rows: list[tuple[object, ...]] = [("key", "name", "amount_fen", "amount_yuan", "orders")]
    for row in open_tables(session(), county_code(), year)[table]:
        fen = row["amount_fen"]
        rows.append((row["key"], row["name"], fen, plain_yuan(fen), row["orders"]))
    return download(write_csv(rows), CSV, f"{county_code()}-{year}-{table}.csv")


@blueprint.get("/townships/<code>")
@public
@shelved
def township(code: str) -> str:
    today = day_of(now())
    page = get_township_page(session(), code, _year(), today)
    return render_template("storefront/township.html", page=page, this_year=today.year)
