"""The public register of recognitions, and what is on public notice."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.catalogue.queries.certified import (
    all_certified,
    list_certified,
    list_not_in_force,
)
from marketplace.certification import queries
from marketplace.certification.forms import read_filter
from marketplace.certification.routes.room import blueprint
from marketplace.certification.rules import State
from marketplace.core.clock import day_of
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.geography.queries import list_townships
from marketplace.web import now, public, session
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page
from marketplace.web.shelf import shelved

HEADS = ("认定编号", "商品", "供应商", "产地", "认定机构", "有效期自", "有效期至")


@blueprint.get("/certified")
@public
@shelved
def register() -> str:
    """Every recognition in force: for anyone to search."""
    wanted, today = read_filter(request.args), day_of(now())
    return render_template(
        "certification/register.html",
        wanted=wanted,
        page=list_certified(session(), wanted, read_page(request.args), today),
        others=list_not_in_force(session(), wanted, today),
        today=today,
        townships=list_townships(session(), current_app.config["SETTINGS"].county_code),
    )


@blueprint.get("/certified.<any(csv, xlsx):form>")
@public
def register_file(form: str) -> ResponseReturnValue:
    """The same as a table to take away."""
    today = day_of(now())
    found = all_certified(session(), read_filter(request.args), today)
    rows = [HEADS] + [
        (
            one.number,
            one.product_name,
            one.producer_name,
            f"{one.township_name}{one.village_name}",
            one.issuer,
            one.valid_from.isoformat(),
            one.valid_until.isoformat(),
        )
        for one in found
    ]
    name = f"certified-{today.isoformat()}.{form}"
    if form == "csv":
        return download(write_csv(rows), CSV, name)
    return download(write_xlsx(rows, now()), XLSX, name)


@blueprint.get("/certified/notices")
@public
@shelved
def notices() -> str:
    """What is on public notice now, until when, and how to object."""
    page = queries.list_on_notice(session(), read_page(request.args))
    return render_template("certification/notices.html", page=page, state=State.NOTICE)
