"""The desk of recognitions: applications by rung, the county's terms, certificates withdrawn."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries.certified import NoSuchCertificate, get_certificate
from marketplace.certification import commands, queries
from marketplace.certification.forms import read_reason, read_terms
from marketplace.certification.routes.room import blueprint, reads_desk, recognises
from marketplace.core.areas import lies_in
from marketplace.ordering.queries.withdrawal import effect_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here
from marketplace.web.fields import read_page


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
        terms=queries.get_terms(session(), county_here(current_identity())),
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
    commands.set_terms(session(), current_identity(), county_here(current_identity()), terms, now())
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
