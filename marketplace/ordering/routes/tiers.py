"""A producer sets what packs cost from so many on."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.commands import set_tiers
from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.catalogue.rules.tiers import MOST_TIERS
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.ordering.forms.tiers import read_tiers
from marketplace.ordering.routes.producer import require_clerk_of, works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.producers.queries import get_producer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def _pack(producer_id: int, variant_id: int) -> VariantFacts:
    """A pack of this producer. Raises NotFound for anybody else's."""
    require_clerk_of(producer_id)
    found = variants_for(session(), [variant_id], day_of(now())).get(variant_id)
    if found is None or found.producer_id != producer_id:
        raise NotFound
    return found


def tiers_page(producer_id: int, variant_id: int, **_place: Any) -> str:
    """The tiers of a pack, with empty rows up to the most there may be."""
    return render_template(
        "producers/tiers.html",
        pack=_pack(producer_id, variant_id),
        producer=get_producer(session(), producer_id),
        rows=range(1, MOST_TIERS + 1),
    )


@blueprint.get("/producer/<int:producer_id>/tiers/<int:variant_id>")
@allow(works_for_a_producer)
def tiers(producer_id: int, variant_id: int) -> str:
    return tiers_page(producer_id, variant_id)


@blueprint.post("/producer/<int:producer_id>/tiers/<int:variant_id>")
@allow(works_for_a_producer)
@shown_again_by(tiers_page)
def keep_tiers(producer_id: int, variant_id: int) -> ResponseReturnValue:
    _pack(producer_id, variant_id)
    set_tiers(session(), current_identity(), variant_id, read_tiers(request.form), now())
    commit()
    flash(_("阶梯价已保存,从下一张采购单起生效。"))
    return redirect(url_for("ordering.tiers", producer_id=producer_id, variant_id=variant_id))
