"""A producer's packs with their stock, and goods that come in."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.queries import list_own_packs, list_packs_of_producer
from marketplace.catalogue.queries.stock import MOST_PACKS
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.ordering.forms.stock import ORIGIN_ROWS, read_batch
from marketplace.ordering.routes.producer import require_clerk_of, works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.producers.queries import get_producer
from marketplace.producers.queries.nearby import villages_called, villages_near
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_search


def stock_page(producer_id: int, **_place: Any) -> str:
    """Packs with what is left (of many, those named), and the form for a new batch."""
    require_clerk_of(producer_id)
    words, today = read_search(request.args), day_of(now())
    packs = list_packs_of_producer(session(), producer_id, today, words)
    return render_template(
        "producers/stock.html",
        producer=get_producer(session(), producer_id),
        packs=packs,
        q=words,
        has_more=bool(words) or len(packs) >= MOST_PACKS,
        villages=villages_near(session(), producer_id),
        rows=range(1, ORIGIN_ROWS + 1),
        today=today,
    )


@blueprint.get("/producer/<int:producer_id>/stock")
@allow(works_for_a_producer)
def stock(producer_id: int) -> str:
    return stock_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/batches")
@allow(works_for_a_producer)
@shown_again_by(stock_page)
def receive_goods(producer_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    villages = villages_called(session(), producer_id, request.form.values())
    batch = read_batch(request.form, villages)
    if not list_own_packs(session(), producer_id, [batch.variant_id], day_of(now())):
        raise NotFound
    receive_batch(session(), batch, now(), actor_id=current_identity().person_id)
    commit()
    flash(_("批次 %(code)s 已入库。", code=batch.code))
    return redirect(url_for("ordering.stock", producer_id=producer_id))
