"""Writing a contract: a unit chooses the producer first, a producer names the unit."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.contracts.commands import change_contract, write_contract
from marketplace.contracts.commands.writing import NO_SUCH_UNIT
from marketplace.contracts.forms.contracts import read_contract
from marketplace.contracts.queries.contracts import ContractView, get_contract, get_scan
from marketplace.contracts.routes.access import (
    deals_in_contracts,
    require_office,
    require_producer,
)
from marketplace.contracts.routes.packs import (
    numbers_in,
    own_on_sale,
    packs_to_price,
)
from marketplace.contracts.routes.room import blueprint
from marketplace.contracts.rules.contracts import GivenContract, Side, writes_for
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound, invalid
from marketplace.core.paging import PageRequest
from marketplace.producers.queries import find_by_name, get_producer, list_producers
from marketplace.units.queries import find_unit, get_unit, list_units
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.few import looks_for_more

# Names that are offered while one types; others are found when they are typed whole.
NAMES = PageRequest(1, 500)


def _priced() -> set[int]:
    """The packs beside which a price was typed."""
    prices = {name: typed for name, typed in request.form.items() if name.startswith("price-")}
    return numbers_in(name.removeprefix("price-") for name in prices if prices[name].strip())


def _read(producer_id: int) -> GivenContract:
    ids = own_on_sale(producer_id, _priced())
    return read_contract(request.form, ids, request.files.get("scan"))


def _form(side: str, producer_id: int, contract: ContractView | None = None, **more: Any) -> str:
    agreed = {line.variant_id for line in contract.lines} if contract else set[int]()
    return render_template(
        "contracts/write.html",
        side=side,
        producer=get_producer(session(), producer_id),
        contract=contract,
        today=day_of(now()),
        **{"unit": None, "units": (), **more},
        **packs_to_price(producer_id, agreed | _priced()),
    )


def unit_form(unit_id: int, **_place: Any) -> str:
    """The producer's name first; then terms, and all its packs with a price beside each."""
    identity = require_office(unit_id)
    if not writes_for(identity, Side.UNIT, unit_id):
        raise Forbidden
    unit = get_unit(session(), unit_id)
    name, producer_id = _chosen()
    if producer_id is not None:
        return _form(Side.UNIT, producer_id, unit=unit)
    names = [one.name for one in list_producers(session(), NAMES).items]
    return render_template("contracts/whose.html", unit=unit, names=names, name=name)


def _chosen() -> tuple[str, int | None]:
    """The name in the address, and whose it is: nobody has one that cannot be printed."""
    name = request.args.get("producer", "").strip()
    found = find_by_name(session(), name) if name and name.isprintable() else None
    return name, found.id if found else None


@blueprint.get("/unit/<int:unit_id>/contracts/new")
@allow(deals_in_contracts)
def new_of_unit(unit_id: int) -> str:
    return unit_form(unit_id)


@blueprint.post("/unit/<int:unit_id>/contracts/new")
@allow(deals_in_contracts)
@shown_again_by(unit_form)
def write_of_unit(unit_id: int) -> ResponseReturnValue:
    require_office(unit_id)
    _name, producer_id = _chosen()
    if producer_id is None:
        raise NotFound
    if looks_for_more():
        return unit_form(unit_id)
    return _keep((Side.UNIT, unit_id, producer_id), _read(producer_id))


def producer_form(producer_id: int, **_place: Any) -> str:
    require_producer(producer_id)
    units = [one.name for one in list_units(session(), NAMES).items]
    return _form(Side.PRODUCER, producer_id, units=units)


@blueprint.get("/producer/<int:producer_id>/contracts/new")
@allow(deals_in_contracts)
def new_of_producer(producer_id: int) -> str:
    return producer_form(producer_id)


@blueprint.post("/producer/<int:producer_id>/contracts/new")
@allow(deals_in_contracts)
@shown_again_by(producer_form)
def write_of_producer(producer_id: int) -> ResponseReturnValue:
    require_producer(producer_id)
    if looks_for_more():
        return producer_form(producer_id)
    given = _read(producer_id)
    name = request.form.get("unit", "").strip()
    unit = find_unit(session(), name) if name.isprintable() else None
    if unit is None:
        raise invalid("unit", NO_SUCH_UNIT)
    return _keep((Side.PRODUCER, unit.id, producer_id), given)


def _keep(parties: tuple[str, int, int], given: GivenContract) -> ResponseReturnValue:
    contract = write_contract(session(), current_identity(), parties, given, now())
    commit()
    return redirect(url_for("ordering.contract", contract_id=contract.id))


def _own_draft(contract_id: int) -> ContractView:
    """A draft that this person may write on. Raises NotFound."""
    found = get_contract(session(), current_identity(), contract_id)
    own = found.row.unit_id if found.side == Side.UNIT else found.row.producer_id
    if found.row.state != "DRAFT" or not writes_for(current_identity(), found.side, own):
        raise NotFound
    return found


def change_form(contract_id: int, **_place: Any) -> str:
    found = _own_draft(contract_id)
    unit = get_unit(session(), found.row.unit_id)
    return _form(found.side, found.row.producer_id, contract=found, unit=unit)


@blueprint.get("/contracts/<int:contract_id>/change")
@allow(deals_in_contracts)
def change(contract_id: int) -> str:
    return change_form(contract_id)


@blueprint.post("/contracts/<int:contract_id>/change")
@allow(deals_in_contracts)
@shown_again_by(change_form)
def keep_change(contract_id: int) -> ResponseReturnValue:
    found = _own_draft(contract_id)
    if looks_for_more():
        return change_form(contract_id)
    given = _read(found.row.producer_id)
    change_contract(session(), current_identity(), contract_id, given, now())
    commit()
    return redirect(url_for("ordering.contract", contract_id=contract_id))


@blueprint.get("/contracts/<int:contract_id>/scan")
@allow(deals_in_contracts)
def scan(contract_id: int) -> ResponseReturnValue:
    kept = get_scan(session(), current_identity(), contract_id)
    return download(kept.content, kept.media_type, kept.name)
