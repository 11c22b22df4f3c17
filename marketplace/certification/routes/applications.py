"""Applications: handed in by producers, looked at and decided by the centre."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.administration.rules import asks
from marketplace.catalogue.queries import list_ever_offered
from marketplace.certification import commands, queries
from marketplace.certification.forms import read_reason, read_verdicts, read_wish
from marketplace.certification.routes.room import (
    blueprint,
    looks_or_decides,
    works_for_a_producer,
)
from marketplace.certification.rules import Rung, Wish
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import OrganisationKind
from marketplace.producers.queries import get_producer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.few import few_of, looks_for_more
from marketplace.web.fields import read_page


def _require_clerk_of(producer_id: int) -> None:
    if not current_identity().has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound


def _wish(producer_id: int) -> Wish:
    offered = {product_id for product_id, _name in list_ever_offered(session(), producer_id)}
    chosen, papers = request.form.getlist("product"), request.files.getlist("papers")
    return read_wish(request.form, offered, chosen, papers)


def _choices(producer_id: int, chosen: list[str], besides: int = 0) -> dict[str, Any]:
    """For a template: the products to choose from, of many those named and those chosen before."""
    found = queries.list_choices(session(), producer_id, day_of(now()), besides)
    offered, has_more = few_of(
        found, lambda one: one.name, lambda one: str(one.product_id) in chosen
    )
    return {"offered": offered, "has_more": has_more, "chosen": chosen}


def producer_page(producer_id: int) -> str:
    """A producer's applications, and the form for another."""
    _require_clerk_of(producer_id)
    return render_template(
        "certification/producer.html",
        producer=get_producer(session(), producer_id),
        page=queries.list_of_producer(session(), producer_id, read_page(request.args)),
        **_choices(producer_id, request.form.getlist("product")),
    )


@blueprint.get("/producer/<int:producer_id>/certification")
@allow(works_for_a_producer)
def of_producer(producer_id: int) -> str:
    return producer_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/certification")
@allow(works_for_a_producer)
@shown_again_by(producer_page)
def apply(producer_id: int) -> ResponseReturnValue:
    _require_clerk_of(producer_id)
    if looks_for_more():
        return producer_page(producer_id)
    wish = _wish(producer_id)
    made = commands.apply(session(), current_identity(), producer_id, wish, now())
    return _back(made.id, _("申请已提交,先由乡镇初审。"))


def application_page(application_id: int, **_place: Any) -> str:
    found = queries.get_application(session(), current_identity(), application_id)
    is_theirs = found.turn == Rung.APPLICANT
    chosen = request.form.getlist("product") or [str(one.product_id) for one in found.products]
    return render_template(
        "certification/application.html",
        application=found,
        may_appoint=asks(current_identity()),
        **_choices(found.row.producer_id, chosen, application_id) if is_theirs else {},
    )


@blueprint.get("/certification/<int:application_id>")
@allow()
def show(application_id: int) -> str:
    return application_page(application_id)


@blueprint.get("/certification/<int:application_id>/papers/<int:upload_id>")
@allow()
def paper(application_id: int, upload_id: int) -> ResponseReturnValue:
    kept = queries.get_paper(session(), current_identity(), application_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)


@blueprint.post("/certification/<int:application_id>/papers/<int:upload_id>/remove")
@allow(works_for_a_producer)
@shown_again_by(application_page)
def remove_paper(application_id: int, upload_id: int) -> ResponseReturnValue:
    commands.remove_paper(session(), current_identity(), application_id, upload_id, now())
    return _back(application_id, _("附件已移除。"))


@blueprint.post("/certification/<int:application_id>/again")
@allow(works_for_a_producer)
@shown_again_by(application_page)
def apply_again(application_id: int) -> ResponseReturnValue:
    found = queries.get_application(session(), current_identity(), application_id)
    if looks_for_more():
        return application_page(application_id)
    wish = _wish(found.row.producer_id)
    commands.apply_again(session(), current_identity(), application_id, wish, now())
    return _back(application_id, _("申请已重新提交,从乡镇初审开始。"))


def wanted_rung() -> str:
    """The rung the form was made for: somebody may have taken it meanwhile."""
    return request.form.get("rung", "")


@blueprint.post("/certification/<int:application_id>/pass")
@allow(looks_or_decides)
@shown_again_by(application_page)
def pass_on(application_id: int) -> ResponseReturnValue:
    found = queries.get_application(session(), current_identity(), application_id)
    verdicts, words = read_verdicts(request.form, found.due)
    place = (application_id, wanted_rung())
    commands.pass_rung(session(), current_identity(), place, verdicts, now(), words=words)
    return _back(application_id, _("已通过,进入下一步。"))


@blueprint.post("/certification/<int:application_id>/return")
@allow(looks_or_decides)
@shown_again_by(application_page)
def give_back(application_id: int) -> ResponseReturnValue:
    reason, place = read_reason(request.form), (application_id, wanted_rung())
    commands.give_back(session(), current_identity(), place, reason, now())
    return _back(application_id, _("已退回,供应商会看到理由。"))


@blueprint.post("/certification/<int:application_id>/refuse")
@allow(looks_or_decides)
@shown_again_by(application_page)
def refuse(application_id: int) -> ResponseReturnValue:
    reason, place = read_reason(request.form), (application_id, wanted_rung())
    commands.refuse_application(session(), current_identity(), place, reason, now())
    return _back(application_id, _("已决定不予认定,供应商会看到理由。"))


@blueprint.post("/certification/<int:application_id>/take-back")
@allow(works_for_a_producer)
@shown_again_by(application_page)
def take_back(application_id: int) -> ResponseReturnValue:
    commands.take_back(session(), current_identity(), application_id, now())
    return _back(application_id, _("申请已撤回,其中的商品可以另行申请。"))


def _back(application_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("certification.show", application_id=application_id))
