"""Goods by table: the template, the check, mending in the page, writing in the background."""

from itertools import zip_longest
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import goods_of, list_categories
from marketplace.core.money import plain_yuan
from marketplace.listing.commands.imports import ask_to_write, hand_in, mend
from marketplace.listing.forms.tables import (
    as_csv,
    as_xlsx,
    failed_rows,
    failed_xlsx,
    read_cells,
    read_table,
)
from marketplace.listing.queries import skus_of
from marketplace.listing.queries.judging import Judged, judge
from marketplace.listing.queries.runs import get_run, list_runs
from marketplace.listing.routes.room import blueprint, require_clerk_of, works_for_a_producer
from marketplace.listing.rules.sheet import COLUMNS, FINGERPRINT, MOST_GOODS
from marketplace.producers.queries import get_producer
from marketplace.producers.queries.nearby import villages_near
from marketplace.producers.queries.workshops import workshops_of
from marketplace.uploads.forms import read_file
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.refusals import in_words

SHOWN_BAD = 100
HOME = "/producer/<int:producer_id>/import"
RUN = f"{HOME}/<int:run_id>"


def imports_page(producer_id: int) -> str:
    require_clerk_of(producer_id)
    return render_template(
        "listing/imports.html",
        producer=get_producer(session(), producer_id),
        runs=list_runs(session(), producer_id),
        fingerprint=FINGERPRINT,
        most=MOST_GOODS,
    )


@blueprint.get(HOME)
@allow(works_for_a_producer)
def imports(producer_id: int) -> str:
    return imports_page(producer_id)


@blueprint.post(HOME)
@allow(works_for_a_producer)
@shown_again_by(imports_page)
def check(producer_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    table = read_table(read_file("file", request.files.get("file")))
    run_id = hand_in(session(), current_identity(), producer_id, table, now())
    commit()
    return redirect(url_for("listing.import_run", producer_id=producer_id, run_id=run_id))


@blueprint.get(f"{HOME}/template.<kind>")
@allow(works_for_a_producer)
def template(producer_id: int, kind: str) -> ResponseReturnValue:
    """The template, empty or with what the producer sells now."""
    require_clerk_of(producer_id)
    rows = _own_rows(producer_id) if request.args.get("filled") else []
    if kind == "csv":
        return download(as_csv(rows), CSV, f"goods-{FINGERPRINT}.csv")
    return download(as_xlsx(rows, _choices(producer_id), now()), XLSX, f"goods-{FINGERPRINT}.xlsx")


def run_page(producer_id: int, run_id: int) -> str:
    """Every row with its verdict: the bad ones as fields, the others as numbers."""
    run = get_run(session(), current_identity(), run_id)
    is_open = run.state == "CHECKED"
    judged = judge(session(), run.producer_id, run.rows) if is_open else Judged((), ())
    return render_template(
        "listing/import.html",
        producer=get_producer(session(), producer_id),
        run=run,
        counts=judged.count(),
        bad=judged.bad[:SHOWN_BAD],
        bad_count=len(judged.bad),
        columns=COLUMNS,
        places={name: place for place, name in enumerate(COLUMNS)},
    )


@blueprint.get(RUN)
@allow(works_for_a_producer)
def import_run(producer_id: int, run_id: int) -> str:
    return run_page(producer_id, run_id)


@blueprint.post(f"{RUN}/mend")
@allow(works_for_a_producer)
@shown_again_by(run_page)
def mend_cells(producer_id: int, run_id: int) -> ResponseReturnValue:
    mend(session(), current_identity(), run_id, read_cells(request.form))
    commit()
    return _back(producer_id, run_id)


@blueprint.post(f"{RUN}/write")
@allow(works_for_a_producer)
@shown_again_by(run_page)
def write(producer_id: int, run_id: int) -> ResponseReturnValue:
    takes_good = request.form.get("rows") == "good"
    ask_to_write(session(), current_identity(), run_id, now(), takes_good=takes_good)
    commit()
    flash(_("开始写入,写完后这一页会显示结果。"))
    return _back(producer_id, run_id)


@blueprint.get(f"{RUN}/failed.xlsx")
@allow(works_for_a_producer)
def failed(producer_id: int, run_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """The bad rows with their reasons, to be mended and handed in again."""
    run = get_run(session(), current_identity(), run_id)
    judged = judge(session(), run.producer_id, run.rows)
    rows = failed_rows(judged, _reasons(judged))
    return download(failed_xlsx(rows, now()), XLSX, f"failed-{run.id}.xlsx")


def _back(producer_id: int, run_id: int) -> ResponseReturnValue:
    return redirect(url_for("listing.import_run", producer_id=producer_id, run_id=run_id))


def _reasons(judged: Judged) -> dict[int, str]:
    return {
        verdict.row.number: ";".join(
            f"{_(COLUMNS[error.column])}:{in_words(error.message, dict(error.params))}"
            for error in verdict.errors
        )
        for verdict in judged.bad
    }


def _own_rows(producer_id: int) -> list[list[str]]:
    """What the producer has, as rows that would change nothing."""
    goods = [one for one in goods_of(session(), producer_id) if one.state != "WITHDRAWN"]
    skus = skus_of(session(), [pack.variant_id for one in goods for pack in one.packs])
    workshops = {one.id: one.name for one in workshops_of(session(), producer_id)}
    names = {one.code: one.name for one in list_categories(session())}
    return [
        [
            skus.get(pack.variant_id, ""),
            one.name,
            names[one.category_code],
            pack.name,
            plain_yuan(pack.price_fen),
            str(pack.minimum_quantity),
            str(pack.carton_quantity),
            one.village_code,
            workshops.get(one.workshop_id or 0, ""),
            one.description if len(one.description) <= 1_000 else "",
        ]
        for one in goods
        for pack in one.packs
    ][:MOST_GOODS]


def _choices(producer_id: int) -> list[list[Any]]:
    """What the columns of the template may say."""
    categories = [one.name for one in list_categories(session())]
    workshops = [one.name for one in workshops_of(session(), producer_id)]
    villages = [f"{one.code} {one.name}" for one in villages_near(session(), producer_id)]
    columns = [
        [COLUMNS["category"], *categories],
        [COLUMNS["workshop"], *workshops],
        [COLUMNS["village"], *villages],
        [COLUMNS["pack"], "500克/袋", "5斤", "2.5公斤", "250克×12盒", "12盒", "1箱"],
    ]
    return [list(row) for row in zip_longest(*columns, fillvalue="")]
