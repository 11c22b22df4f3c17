"""The shop, the villages and the card of a parcel."""

from functools import lru_cache
from typing import Any

from flask import current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from marketplace.announcements.routes import current
from marketplace.announcements.rules import Audience
from marketplace.catalogue.queries import ProductCard, Sort
from marketplace.core.clock import day_of
from marketplace.search.local import current_copy
from marketplace.search.queries import explain, list_popular, suggest
from marketplace.search.queries import search as find
from marketplace.storefront import queries
from marketplace.storefront.forms import Listing, read_listing, read_year
from marketplace.storefront.routes.room import blueprint, county_code
from marketplace.texts.queries import list_coming
from marketplace.web import find_identity, now, public, session
from marketplace.web.downloads import download
from marketplace.web.fields import read_page
from marketplace.web.pages import locale_code
from marketplace.web.pieces import Facts, draw, piece
from marketplace.web.refusals import field_words
from marketplace.web.shelf import shelved, shelved_by


@lru_cache(maxsize=8192)
def _draw(_locale: str, product: ProductCard, level: int, *, eager: bool) -> Markup:
    component = current_app.jinja_env.get_template("components/product_card.html").module
    drawn: Markup = component.product_card(product, eager, level)  # type: ignore[attr-defined]
    return drawn


@blueprint.app_template_global("card")
def draw_card(product: ProductCard, *, eager: bool = False, level: int = 3) -> Markup:
    """A product's card. The same facts in the same language are drawn once and kept."""
    return _draw(locale_code(), product, level, eager=eager)


def _narrowing(listing: Listing) -> dict[str, Any]:
    """What the filter form shows: what was asked for, and what could not be understood of it."""
    words = [field_words(error) for error in listing.errors]
    wrong = {word["field"]: word["message"] for word in words}
    return {"listing": listing, "wanted": listing.wanted, "wrong": wrong}


def _version_of_index() -> str:
    return current_copy().version


@blueprint.get("/")
@public
@shelved_by(_version_of_index, stands=True)
def home() -> str:
    page = queries.get_home(session(), current_copy(), county_code(), day_of(now()))
    coming = list_coming(session(), day_of(now()))
    return render_template(
        "storefront/home.html", page=page, coming=coming, announced=current(Audience.ALL)
    )


@blueprint.get("/categories/<code>")
@public
@shelved_by(_version_of_index, stands=True)
def category(code: str) -> str:
    listing, today = read_listing(request.args, category=code), day_of(now())
    page = queries.get_category_page(session(), current_copy(), listing.wanted, listing.page, today)
    return render_template("storefront/category.html", page=page, **_narrowing(listing))


@blueprint.get("/search")
@public
def search() -> ResponseReturnValue:
    if "page" not in request.args:
        typed = request.args.get("q", "")
        current_copy().tally.note(typed)
        # Whoever is shown the page that lies ready has looked for it as well.
        g.each_time = lambda _environ: current_copy().tally.note(typed)
    # Whoever runs the marketplace may ask why: that is drawn for them alone.
    return _draw_search() if _explains() else _search()


@shelved_by(_version_of_index, stands=True)
def _search() -> str:
    return _draw_search()


def _draw_search() -> str:
    listing = read_listing(request.args, sort=Sort.RELEVANCE)
    typed, today = request.args.get("q", ""), day_of(now())
    found = find(session(), current_copy(), typed, listing.wanted, listing.page, today=today)
    reasons = {hit.product_id: explain(hit) for hit in found.hits} if _explains() else {}
    return render_template(
        "storefront/search.html", found=found, reasons=reasons, **_narrowing(listing)
    )


def _explains() -> bool:
    """Whether somebody who runs the marketplace asks why products stand where they do."""
    identity = find_identity()
    return request.args.get("explain") == "1" and identity is not None and identity.is_in_centre()


@piece("inquiry")
def inquiry(facts: Facts, variant_id: str) -> Markup:
    """For whoever buys for a unit: the way to ask several producers for a price."""
    person = facts["person"]
    units = person.organisations("UNIT", "BUYER") if person else ()
    return draw("inquiry", units[0], int(variant_id)) if units else Markup()


@blueprint.get("/search/suggestions")
@public
def suggestions() -> ResponseReturnValue:
    """What is probably being typed, as a short list to choose from."""
    typed = request.args.get("q", "")
    entries = suggest(current_copy(), typed)
    popular = [] if typed.strip() else list_popular(session(), current_copy(), day_of(now()))
    page = render_template("storefront/_suggestions.html", entries=entries, popular=popular)
    response = make_response(page)
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@blueprint.get("/products/<int:product_id>")
@public
@shelved
def product(product_id: int) -> str:
    page = queries.get_product_page(session(), product_id, day_of(now()))
    return render_template("storefront/product.html", page=page, product=page.product)


@blueprint.get("/villages")
@public
@shelved
def villages() -> str:
    year = read_year(request.args, day_of(now()).year)
    page = queries.list_village_rows(session(), county_code(), year)
    return render_template("storefront/villages.html", page=page)


@blueprint.get("/villages/<code>")
@public
@shelved
def village(code: str) -> str:
    today = day_of(now())
    year = read_year(request.args, today.year)
    page = queries.get_village_page(session(), code, year, today)
    return render_template("storefront/village.html", page=page, this_year=today.year)


@blueprint.get("/producers/<int:producer_id>")
@public
@shelved
def producer(producer_id: int) -> str:
    wanted = read_page(request.args)
    page = queries.get_producer_page(session(), producer_id, wanted, day_of(now()))
    return render_template("storefront/producer.html", page=page, producer=page.producer)


@blueprint.get("/trace/<code>")
@public
@shelved
def trace(code: str) -> str:
    card = queries.get_trace_card(session(), code, day_of(now()))
    traced = card.traced
    return render_template("storefront/trace.html", card=card, traced=traced, batch=traced.batch)


@blueprint.get("/trace/<code>/reports/<int:upload_id>")
@public
def test_report(code: str, upload_id: int) -> ResponseReturnValue:
    """A test report as the laboratory wrote it: whoever holds the parcel may read it."""
    kept = queries.get_report(session(), code, upload_id, day_of(now()))
    return download(kept.content, kept.media_type, kept.name)
