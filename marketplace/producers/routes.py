"""The way into the desk of whichever producer someone works for, and the freight it asks."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.money import Fen
from marketplace.producers.commands import set_freight
from marketplace.producers.forms import ROWS, read_load, read_tariff
from marketplace.producers.queries import get_producer, tariffs_of
from marketplace.producers.rules import BASES, Tariff, freight_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by

blueprint = Blueprint("producers", __name__)


def works_for_a_producer(identity: Identity) -> bool:
    """Anyone who works for some producer."""
    return bool(identity.organisations(OrganisationKind.PRODUCER))


@blueprint.get("/producer/")
@allow(works_for_a_producer)
def entry() -> ResponseReturnValue:
    mine = current_identity().organisations(OrganisationKind.PRODUCER)
    return redirect(url_for("ordering.producer_desk", producer_id=mine[0]))


def freight_page(producer_id: int, tried_fen: Fen | None = None) -> str:
    """The freight a producer asks, and a form to try it on an order."""
    if not current_identity().has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    return render_template(
        "producers/freight.html",
        producer=get_producer(session(), producer_id),
        tariff=tariffs_of(session(), [producer_id])[producer_id],
        rows=range(1, ROWS + 1),
        bases=BASES,
        tried_fen=tried_fen,
    )


@blueprint.get("/producer/<int:producer_id>/freight")
@allow(works_for_a_producer)
def freight(producer_id: int) -> str:
    return freight_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/freight")
@allow(works_for_a_producer)
@shown_again_by(freight_page)
def keep_freight(producer_id: int) -> ResponseReturnValue:
    identity = current_identity()
    set_freight(session(), identity, producer_id, read_tariff(request.form), now())
    commit()
    flash(_("运费规则已保存,从下一张采购单起生效。"))
    return redirect(url_for("producers.freight", producer_id=producer_id))


@blueprint.post("/producer/<int:producer_id>/freight/try")
@allow(works_for_a_producer)
@shown_again_by(freight_page)
def try_freight(producer_id: int) -> ResponseReturnValue:
    """What an order would cost to carry; nothing is written."""
    tariff: Tariff | None = tariffs_of(session(), [producer_id]).get(producer_id)
    if tariff is None:
        raise NotFound
    return freight_page(producer_id, freight_of(read_load(request.form), tariff))
