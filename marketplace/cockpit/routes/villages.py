"""The villages at the desk: who sold nothing; and the ledger of each, down to its orders."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.attribution.queries import total_of
from marketplace.attribution.queries.places import list_ledger
from marketplace.catalogue.queries import list_names
from marketplace.cockpit.queries import VillagesWish, list_villages
from marketplace.cockpit.queries.villages import NONE, QUARTER, SOME, YEAR
from marketplace.cockpit.routes.room import blueprint, my_area, what_is_counted
from marketplace.cockpit.rules import QUIET_DAYS, reads
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.money import plain_yuan
from marketplace.core.paging import PageRequest
from marketplace.core.sheets import write_csv
from marketplace.geography.queries import get_village, places_of
from marketplace.ordering.queries import order_numbers
from marketplace.units.queries import names_of
from marketplace.web import allow, now, session
from marketplace.web.downloads import CSV, download
from marketplace.web.fields import read_page, read_search
from marketplace.web.shelf import shelved_by

EVERY = PageRequest(1, 20_000)


def _wish() -> VillagesWish:
    sold, span = request.args.get("sold", ""), request.args.get("span", "")
    return VillagesWish(
        area=my_area(),
        year=day_of(now()).year,
        sold=sold if sold in {NONE, SOME} else "",
        span=span if span == QUARTER else YEAR,
        search=read_search(request.args),
    )


@blueprint.get("/desk/villages")
@allow(reads)
def list_of_villages() -> ResponseReturnValue:
    return _villages(_wish())


@shelved_by(what_is_counted)
def _villages(wish: VillagesWish) -> str:
    today = day_of(now())
    return render_template(
        "cockpit/villages.html",
        page=list_villages(session(), wish, read_page(request.args), today),
        wish=wish,
        quiet_days=QUIET_DAYS,
    )


@blueprint.get("/desk/villages.csv")
@allow(reads)
def table_of_villages() -> ResponseReturnValue:
    """What is filtered, whole."""
    wish = _wish()
    head = (
        _("村代码"), _("村"), _("乡镇"), _("今年卖出(元)"), _("上一次卖出"), _("供应商"),
        _("可售件数"), _("货值(元)"), _("结对单位"),
    )  # fmt: skip
    rows = [
        (
            row.code,
            row.name,
            row.township_name,
            plain_yuan(row.sold_fen),
            row.last_on.isoformat() if row.last_on else "",
            row.producers,
            row.packs,
            plain_yuan(row.value_fen),
            "、".join(name for _id, name in row.units),
        )
        for row in list_villages(session(), wish, EVERY, day_of(now())).items
    ]
    return download(write_csv([head, *rows]), CSV, "villages.csv")


@blueprint.get("/desk/villages/<code>")
@allow(reads)
def ledger(code: str) -> ResponseReturnValue:
    """One village's entries, the newest first, each with the order it came from."""
    if not code.startswith(my_area()):
        raise NotFound
    return _ledger(code)


@shelved_by(what_is_counted)
def _ledger(code: str) -> str:
    village = get_village(session(), code)
    today = day_of(now())
    page = list_ledger(session(), code, read_page(request.args))
    return render_template(
        "cockpit/ledger.html",
        village=village,
        place=places_of(session(), [code])[code],
        year=today.year,
        sold=total_of(session(), "village", code, today.year),
        page=page,
        orders=order_numbers(session(), [row.order_id for row in page.items if row.order_id]),
        products=list_names(session(), {row.product_id for row in page.items}),
        units=names_of(session(), {row.unit_id for row in page.items if row.unit_id}),
    )
