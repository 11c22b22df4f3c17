"""Provinces, cities and counties as one account, for everyone, and as open data."""

from dataclasses import asdict
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.clock import day_of
from marketplace.core.edition import Topic
from marketplace.core.errors import NotFound
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv
from marketplace.geography.rules import AREA_DIGITS
from marketplace.storefront.forms import read_year
from marketplace.storefront.queries.areas import AreaRow, AreasPage, get_areas
from marketplace.storefront.routes.room import blueprint
from marketplace.web import now, public, session
from marketplace.web.downloads import CSV, download
from marketplace.web.shelf import shelved_by

# Of counties, what they sold; of units, what counts; and how centres call themselves.
TOPICS = (Topic.SHOWN, Topic.QUOTA, Topic.PEOPLE)
FIGURES = (
    "counties",
    "amount_fen",
    "orders",
    "villages",
    "selling",
    "units",
    "target_fen",
    "counted_fen",
)


def _asked() -> AreasPage:
    """The area in the address; NotFound where it is none, or nothing lies in it."""
    area, today = request.args.get("area", ""), day_of(now())
    if len(area) not in AREA_DIGITS[:-1] or not (not area or (area.isascii() and area.isdigit())):
        raise NotFound
    page = get_areas(session(), area, read_year(request.args, today.year), today)
    if area and not page.rows:
        raise NotFound
    return page


@blueprint.get("/board/areas")
@public
@shelved_by(str, TOPICS, stands=True)
def areas() -> str:
    page, this_year = _asked(), day_of(now()).year
    return render_template("storefront/areas.html", page=page, months=page, this_year=this_year)


@blueprint.get("/board/data/areas.csv")
@public
def areas_csv() -> ResponseReturnValue:
    """The rows of the page as it is asked for."""
    page = _asked()
    rows: list[tuple[object, ...]] = [("code", "name", *FIGURES, "amount_yuan")]
    rows += [
        (row.code, row.name, *_figures(row).values(), plain_yuan(row.sums.amount_fen))
        for row in page.rows
    ]
    return download(write_csv(rows), CSV, f"{page.area or 'all'}-{page.year}-areas.csv")


@blueprint.get("/board/data/areas.json")
@public
def areas_json() -> ResponseReturnValue:
    page = _asked()
    body: dict[str, Any] = {
        "area": page.area,
        "year": page.year,
        "unit": "fen",
        "dictionary": url_for("storefront.dictionary", _external=False),
        "total": asdict(page.total),
        "areas": [{"code": row.code, "name": row.name, **_figures(row)} for row in page.rows],
    }
    return jsonify(body)


def _figures(row: AreaRow) -> dict[str, int]:
    return {name: getattr(row.sums, name) for name in FIGURES}
