"""Contracts of a unit, of a producer and of the county, by how far they are."""

from typing import Any

from flask import render_template, request

from marketplace.contracts.queries import contracts as queries
from marketplace.contracts.routes.access import (
    deals_in_contracts,
    in_centre,
    require_office,
    require_producer,
)
from marketplace.contracts.routes.room import blueprint
from marketplace.contracts.rules.contracts import writes_for
from marketplace.core.clock import day_of
from marketplace.producers.queries import get_producer
from marketplace.units.queries import get_unit
from marketplace.web import allow, current_identity, now, session
from marketplace.web.fields import read_page


def _list(template: str, *of: queries.Condition, may_write: bool = False, **of_whom: Any) -> str:
    tab = request.args.get("tab", "")
    tab = tab if tab in queries.TABS else queries.TABS[0]
    return render_template(
        template,
        tab=tab,
        counts=queries.count_contracts(session(), *of),
        page=queries.list_contracts(session(), tab, read_page(request.args), *of),
        today=day_of(now()),
        may_write=may_write,
        **of_whom,
    )


@blueprint.get("/unit/<int:unit_id>/contracts")
@allow(deals_in_contracts)
def of_unit(unit_id: int) -> str:
    identity = require_office(unit_id)
    return _list(
        "contracts/of_unit.html",
        queries.of_unit(unit_id),
        unit=get_unit(session(), unit_id),
        may_write=writes_for(identity, "UNIT", unit_id),
    )


@blueprint.get("/producer/<int:producer_id>/contracts")
@allow(deals_in_contracts)
def of_producer(producer_id: int) -> str:
    identity = require_producer(producer_id)
    return _list(
        "contracts/of_producer.html",
        *queries.of_producer(producer_id),
        producer=get_producer(session(), producer_id),
        may_write=writes_for(identity, "PRODUCER", producer_id),
    )


@blueprint.get("/desk/contracts")
@allow(in_centre)
def of_county() -> str:
    assert current_identity().is_in_centre()
    return _list("contracts/of_county.html", *queries.of_area(current_identity().area))
