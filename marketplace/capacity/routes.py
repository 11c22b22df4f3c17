"""Capacities over HTTP: declared by the producer, confirmed at the desk."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.capacity import commands, queries
from marketplace.capacity.forms import read_capacity, read_refusal
from marketplace.capacity.rules import Measure, Period
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.paging import page_of
from marketplace.producers.queries import get_producer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

blueprint = Blueprint("capacity", __name__)


def works_for_a_producer(identity: Identity) -> bool:
    return bool(identity.organisations(OrganisationKind.PRODUCER))


def reads_desk(identity: Identity) -> bool:
    return identity.is_in_centre()


def operates(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR)


def producer_page(producer_id: int) -> str:
    """A producer's workshops: what they can make, what they sold this year."""
    if not current_identity().has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    year = day_of(now()).year
    return render_template(
        "capacity/producer.html",
        producer=get_producer(session(), producer_id),
        standings=queries.list_standings(session(), producer_id, year),
        year=year,
        periods=tuple(Period),
        measures=tuple(Measure),
    )


@blueprint.get("/producer/<int:producer_id>/capacity")
@allow(works_for_a_producer)
def of_producer(producer_id: int) -> str:
    return producer_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/capacity")
@allow(works_for_a_producer)
@shown_again_by(producer_page)
def declare(producer_id: int) -> ResponseReturnValue:
    workshop_id, declared = read_capacity(request.form)
    place = (producer_id, workshop_id)
    commands.declare(session(), current_identity(), place, declared, now())
    commit()
    flash(_("产能已申报,等运营中心核实。"))
    return redirect(url_for("capacity.of_producer", producer_id=producer_id))


def desk_page(**_place: Any) -> str:
    """What waits to be confirmed, and all that holds against what was sold."""
    year, area = day_of(now()).year, current_identity().area
    waiting, wanted = read_page(request.args, "waiting"), read_page(request.args)
    return render_template(
        "capacity/desk.html",
        waiting=queries.list_waiting(session(), waiting, year, area=area),
        confirmed=page_of(queries.list_confirmed(session(), year, area=area), wanted),
        year=year,
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/capacity")
@allow(reads_desk)
def desk() -> str:
    return desk_page()


@blueprint.post("/desk/capacity/<int:capacity_id>/confirm")
@allow(operates)
@shown_again_by(desk_page)
def confirm(capacity_id: int) -> ResponseReturnValue:
    commands.confirm_capacity(session(), current_identity(), capacity_id, now())
    return _back(_("产能已核实。"))


@blueprint.post("/desk/capacity/<int:capacity_id>/refuse")
@allow(operates)
@shown_again_by(desk_page)
def refuse(capacity_id: int) -> ResponseReturnValue:
    reason = read_refusal(request.form)
    commands.refuse_capacity(session(), current_identity(), capacity_id, reason, now())
    return _back(_("已退回,供应商会看到理由。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("capacity.desk"))
