"""Contracts on both sides: the agency proposes, the host answers, either of them ends."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import OrganisationKind
from marketplace.hosts import commands, queries
from marketplace.hosts.forms import read_contract, read_ending
from marketplace.hosts.queries.contracts import contracts_of_agency, contracts_of_hosts
from marketplace.hosts.routes.room import blueprint
from marketplace.hosts.rules import is_a_host, is_an_agency, works_for_agency
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def agency_page(agency_id: int, **_place: Any) -> str:
    """An agency's hosts, with dates and shares, and the form to propose a contract."""
    identity = current_identity()
    if not works_for_agency(identity, agency_id):
        raise NotFound
    agency = queries.get_agency(session(), agency_id)
    return render_template(
        "hosts/agency.html",
        agency=agency,
        others=queries.agency_names(session(), identity.organisations(OrganisationKind.AGENCY)),
        suspension=queries.suspension_of(session(), agency),
        page=contracts_of_agency(session(), agency_id, read_page(request.args)),
        today=day_of(now()),
    )


@blueprint.get("/agency/")
@allow(is_an_agency)
def agency() -> ResponseReturnValue:
    mine = current_identity().organisations(OrganisationKind.AGENCY)
    return agency_page(mine[0])


@blueprint.get("/agency/<int:agency_id>")
@allow(is_an_agency)
def one_agency(agency_id: int) -> str:
    return agency_page(agency_id)


@blueprint.post("/agency/<int:agency_id>/contracts")
@allow(is_an_agency)
@shown_again_by(agency_page)
def propose(agency_id: int) -> ResponseReturnValue:
    if not works_for_agency(current_identity(), agency_id):
        raise NotFound
    given = read_contract(request.form)
    commands.propose_contract(session(), current_identity(), agency_id, given, now())
    return _to_agency(agency_id, _("合约已发给主播,等对方答复。"))


@blueprint.post("/agency/<int:agency_id>/contracts/<int:contract_id>/end")
@allow(is_an_agency)
@shown_again_by(agency_page)
def end_as_agency(agency_id: int, contract_id: int) -> ResponseReturnValue:
    _end(contract_id)
    return _to_agency(agency_id, _("合约已终止,以前的订单仍按当天的分成计算。"))


def _end(contract_id: int) -> None:
    ending = read_ending(request.form)
    commands.end_contract(session(), current_identity(), contract_id, ending, now())


def _to_agency(agency_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("hosts.one_agency", agency_id=agency_id))


def my_agency_page(**_place: Any) -> str:
    """The contracts of the hosts one works for: what waits for an answer, and what holds."""
    hosts = current_identity().organisations(OrganisationKind.HOST)
    return render_template(
        "hosts/my_agency.html",
        hosts=[queries.get_host(session(), host_id) for host_id in hosts],
        page=contracts_of_hosts(session(), hosts, read_page(request.args)),
        today=day_of(now()),
    )


@blueprint.get("/host/agency")
@allow(is_a_host)
def my_agency() -> str:
    return my_agency_page()


@blueprint.post("/host/agency/<int:contract_id>/agree")
@allow(is_a_host)
@shown_again_by(my_agency_page)
def agree(contract_id: int) -> ResponseReturnValue:
    commands.agree_to_contract(session(), current_identity(), contract_id, now())
    return _to_host(_("您已同意,合约生效以后的订单按约定分成。"))


@blueprint.post("/host/agency/<int:contract_id>/refuse")
@allow(is_a_host)
@shown_again_by(my_agency_page)
def refuse_contract(contract_id: int) -> ResponseReturnValue:
    commands.refuse_contract(session(), current_identity(), contract_id, now())
    return _to_host(_("您没有同意这份合约,机构会收到通知。"))


@blueprint.post("/host/agency/<int:contract_id>/end")
@allow(is_a_host)
@shown_again_by(my_agency_page)
def end_as_host(contract_id: int) -> ResponseReturnValue:
    _end(contract_id)
    return _to_host(_("合约已终止,以前的订单仍按当天的分成计算。"))


def _to_host(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("hosts.my_agency"))
