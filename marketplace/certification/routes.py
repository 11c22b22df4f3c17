"""Recognitions over HTTP: applied for, decided, published; the register; and withdrawals."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import list_ever_offered
from marketplace.catalogue.queries.certified import (
    NoSuchCertificate,
    all_certified,
    get_certificate,
    list_certified,
    list_not_in_force,
)
from marketplace.certification import commands, queries
from marketplace.certification.forms import (
    read_filter,
    read_reason,
    read_terms,
    read_verdicts,
    read_wish,
)
from marketplace.certification.rules import Rung, State, Wish
from marketplace.core.areas import lies_in
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.geography.queries import list_townships
from marketplace.ordering.queries.withdrawal import effect_of
from marketplace.producers.queries import get_producer
from marketplace.web import allow, commit, current_identity, now, public, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page
from marketplace.web.shelf import shelved

blueprint = Blueprint("certification", __name__)
HEADS = ("认定编号", "商品", "供应商", "产地", "认定机构", "有效期自", "有效期至")


def works_for_a_producer(identity: Identity) -> bool:
    return bool(identity.organisations(OrganisationKind.PRODUCER))


def reads_desk(identity: Identity) -> bool:
    return identity.is_in_centre()


def looks_or_decides(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER)


def recognises(identity: Identity) -> bool:
    return identity.is_in_centre(Role.CERTIFIER)


def _county() -> str:
    return county_here(current_identity())


def _require_clerk_of(producer_id: int) -> None:
    if not current_identity().has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound


def _wish(producer_id: int) -> Wish:
    offered = {product_id for product_id, _name in list_ever_offered(session(), producer_id)}
    return read_wish(request.form, offered, request.form.getlist("product"))


def producer_page(producer_id: int) -> str:
    """A producer's applications, and the form for another."""
    _require_clerk_of(producer_id)
    return render_template(
        "certification/producer.html",
        producer=get_producer(session(), producer_id),
        page=queries.list_of_producer(session(), producer_id, read_page(request.args)),
        products=queries.list_choices(session(), producer_id, day_of(now())),
        chosen=request.form.getlist("product"),
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
    wish = _wish(producer_id)
    made = commands.apply(session(), current_identity(), producer_id, wish, now())
    return _back(made.id, _("申请已提交,先由乡镇初审。"))


def application_page(application_id: int, **_place: Any) -> str:
    found = queries.get_application(session(), current_identity(), application_id)
    return render_template(
        "certification/application.html",
        application=found,
        offered=queries.list_choices(
            session(), found.row.producer_id, day_of(now()), application_id
        )
        if found.turn == Rung.APPLICANT
        else [],
        chosen=request.form.getlist("product") or [str(one.product_id) for one in found.products],
    )


@blueprint.get("/certification/<int:application_id>")
@allow()
def show(application_id: int) -> str:
    return application_page(application_id)


@blueprint.post("/certification/<int:application_id>/again")
@allow(works_for_a_producer)
@shown_again_by(application_page)
def apply_again(application_id: int) -> ResponseReturnValue:
    found = queries.get_application(session(), current_identity(), application_id)
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


def _back(application_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("certification.show", application_id=application_id))


def desk_page() -> str:
    """Applications by rung, and how the county recognises."""
    tab = request.args.get("tab", "")
    tab = tab if tab in queries.TABS else next(iter(queries.TABS))
    area = current_identity().area
    return render_template(
        "certification/desk.html",
        tab=tab,
        counts=queries.count_waiting(session(), area=area),
        page=queries.list_in_centre(session(), tab, read_page(request.args), area=area),
        terms=queries.get_terms(session(), _county()),
        may_set=recognises(current_identity()),
    )


@blueprint.get("/desk/certification")
@allow(reads_desk)
def desk() -> str:
    return desk_page()


@blueprint.post("/desk/certification")
@allow(recognises)
@shown_again_by(desk_page)
def set_terms() -> ResponseReturnValue:
    terms = read_terms(request.form)
    commands.set_terms(session(), current_identity(), _county(), terms, now())
    commit()
    flash(_("已保存,以后开始的公示和签发的证书按新的规定。"))
    return redirect(url_for("certification.desk"))


def _own_number() -> str:
    """The number that is asked for. Another county's is as unknown as a wrong one."""
    number, area = request.args.get("number", "").replace("\0", ""), current_identity().area
    if area and not lies_in(session(), "certification", number, area):
        raise NoSuchCertificate(number=number)
    return number


def certificate_page() -> str:
    """One certificate; before it is withdrawn, what that does to waiting orders."""
    number = _own_number()
    certificate = get_certificate(session(), number)
    return render_template(
        "certification/certificate.html",
        certificate=certificate,
        effect=effect_of(session(), certificate.product_id),
        may_withdraw=recognises(current_identity()) and certificate.withdrawn_on is None,
    )


@blueprint.get("/desk/certificates")
@allow(reads_desk)
def certificate() -> str:
    return certificate_page()


@blueprint.post("/desk/certificates")
@allow(recognises)
@shown_again_by(certificate_page)
def withdraw() -> ResponseReturnValue:
    number = _own_number()
    told = (read_reason(request.form), request.form.get("effect", ""))
    commands.withdraw(session(), current_identity(), number, told, now())
    commit()
    flash(_("认定 %(number)s 已撤销。", number=number))
    return redirect(url_for("certification.certificate", number=number))


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
