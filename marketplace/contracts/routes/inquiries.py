"""The unit's side of an inquiry: asking, comparing, choosing, confirming."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import variants_for
from marketplace.contracts import commands
from marketplace.contracts.forms.contracts import read_words
from marketplace.contracts.forms.inquiries import read_choice, read_inquiry, typed_producers
from marketplace.contracts.queries import inquiries as queries
from marketplace.contracts.routes.access import deals_in_contracts, in_centre, require_office
from marketplace.contracts.routes.room import blueprint
from marketplace.contracts.rules.inquiries import MOST_LINES, MOST_PRODUCERS, asks_for
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.paging import PageRequest
from marketplace.producers.queries import find_by_name, list_producers, names_of
from marketplace.units.queries import get_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

NAMES = PageRequest(1, 500)


@blueprint.get("/unit/<int:unit_id>/inquiries")
@allow(deals_in_contracts)
def inquiries(unit_id: int) -> str:
    identity = require_office(unit_id)
    of = queries.inquiries_of_unit(unit_id)
    return render_template(
        "contracts/inquiries.html",
        unit=get_unit(session(), unit_id),
        page=queries.list_inquiries(session(), read_page(request.args), of),
        today=day_of(now()),
        may_ask=asks_for(identity, unit_id),
    )


@blueprint.get("/desk/inquiries")
@allow(in_centre)
def all_inquiries() -> str:
    return render_template(
        "contracts/inquiries.html",
        unit=None,
        page=queries.list_inquiries(
            session(), read_page(request.args), *queries.inquiries_of_area(current_identity().area)
        ),
        today=day_of(now()),
        may_ask=False,
    )


def ask_page(unit_id: int, **_place: Any) -> str:
    """The form; a pack named in the address stands in its first row, its producer among those
    to be asked."""
    if not asks_for(require_office(unit_id), unit_id):
        raise Forbidden
    typed = request.args.get("variant", "")
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    pack = variants_for(session(), [wanted], day_of(now())).get(wanted)
    first = names_of(session(), [pack.producer_id])[pack.producer_id] if pack else ""
    unit = get_unit(session(), unit_id)
    return render_template(
        "contracts/ask.html",
        unit=unit,
        pack=pack,
        first=first,
        names=[one.name for one in list_producers(session(), NAMES).items],
        rows=range(1, MOST_LINES + 1),
        producer_rows=range(1, MOST_PRODUCERS + 1),
        today=day_of(now()),
    )


@blueprint.get("/unit/<int:unit_id>/inquiries/new")
@allow(deals_in_contracts)
def new_inquiry(unit_id: int) -> str:
    return ask_page(unit_id)


@blueprint.post("/unit/<int:unit_id>/inquiries/new")
@allow(deals_in_contracts)
@shown_again_by(ask_page)
def ask(unit_id: int) -> ResponseReturnValue:
    require_office(unit_id)
    names = [name for name in typed_producers(request.form) if name.isprintable()]
    found = {name: one.id for name in names if (one := find_by_name(session(), name))}
    given = read_inquiry(request.form, found)
    inquiry = commands.ask(session(), current_identity(), unit_id, given, now())
    commit()
    flash(_("询价已发出,供应商会收到通知。"))
    return redirect(url_for("contracts.inquiry", inquiry_id=inquiry.id))


def inquiry_page(inquiry_id: int, **_place: Any) -> str:
    """What was asked, who has answered, and once they are open the answers side by side."""
    identity, today = current_identity(), day_of(now())
    found = queries.get_inquiry(session(), identity, inquiry_id)
    unit = get_unit(session(), found.unit_id)
    approves = identity.has_role(OrganisationKind.UNIT, unit.id, Role.APPROVER)
    return render_template(
        "contracts/inquiry.html",
        inquiry=found,
        lines=queries.lines_of_inquiry(session(), inquiry_id),
        comparison=queries.compare(session(), found, today),
        steps=queries.steps_of_inquiry(session(), inquiry_id),
        is_open=found.is_open(today),
        may_choose=asks_for(identity, unit.id),
        may_confirm=approves,
        is_own_choice=unit.four_eyes and found.chosen_by == identity.person_id,
    )


@blueprint.get("/inquiries/<int:inquiry_id>")
@allow(deals_in_contracts)
def inquiry(inquiry_id: int) -> str:
    return inquiry_page(inquiry_id)


def _back(inquiry_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("contracts.inquiry", inquiry_id=inquiry_id))


@blueprint.post("/inquiries/<int:inquiry_id>/choose")
@allow(deals_in_contracts)
@shown_again_by(inquiry_page)
def choose(inquiry_id: int) -> ResponseReturnValue:
    producer_id, reason = read_choice(request.form)
    subject = (inquiry_id, producer_id)
    commands.choose(session(), current_identity(), subject, reason, now())
    return _back(inquiry_id, _("已选定,等待审批人确认。"))


@blueprint.post("/inquiries/<int:inquiry_id>/confirm")
@allow(deals_in_contracts)
@shown_again_by(inquiry_page)
def confirm_choice(inquiry_id: int) -> ResponseReturnValue:
    contract = commands.confirm_choice(session(), current_identity(), inquiry_id, now())
    commit()
    flash(_("已确认,合同 %(number)s 已生效,可以要货。", number=contract.number))
    return redirect(url_for("ordering.contract", contract_id=contract.id))


@blueprint.post("/inquiries/<int:inquiry_id>/return")
@allow(deals_in_contracts)
@shown_again_by(inquiry_page)
def return_choice(inquiry_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.return_choice(session(), current_identity(), inquiry_id, words, now())
    return _back(inquiry_id, _("已退回,经办人会看到您的说明。"))


@blueprint.post("/inquiries/<int:inquiry_id>/close")
@allow(deals_in_contracts)
@shown_again_by(inquiry_page)
def close_inquiry(inquiry_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.close_inquiry(session(), current_identity(), inquiry_id, words, now())
    return _back(inquiry_id, _("询价已取消,供应商会收到通知。"))
