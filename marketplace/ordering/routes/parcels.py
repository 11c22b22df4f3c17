"""Parcels of an order for the people on a staff list: packed, labelled, sent, by page or file."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import NotFound
from marketplace.core.identity import OrganisationKind
from marketplace.core.paging import Page
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.ordering.commands import send_parcels
from marketplace.ordering.forms.parcels import read_parcel_file, read_sending
from marketplace.ordering.queries import OrderView, get_order
from marketplace.ordering.queries.gifts import Person, people_of_order
from marketplace.ordering.queries.parcels import group_by_address
from marketplace.ordering.routes.offers import offers
from marketplace.ordering.routes.producer import works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules.parcels import COLUMNS
from marketplace.uploads.forms import read_file
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page

GROUPS_ON_A_PAGE = 50
LABELS_ON_A_SHEET = 21


def _order_with_people(order_id: int) -> tuple[OrderView, tuple[Person, ...]]:
    """An order that was bought by list, and its people. Raises NotFound for any other."""
    identity = current_identity()
    order = get_order(session(), identity, order_id)
    people = people_of_order(session(), identity, order)
    if not people:
        raise NotFound
    return order, people


def parcels_page(order_id: int, **_place: Any) -> str:
    """What is to be picked, and where it goes."""
    order, people = _order_with_people(order_id)
    groups, asked = group_by_address(people), read_page(request.args)
    start = (asked.page - 1) * GROUPS_ON_A_PAGE
    identity = current_identity()
    return render_template(
        "ordering/parcels.html",
        order=order,
        page=Page(
            groups[start : start + GROUPS_ON_A_PAGE], asked.page, GROUPS_ON_A_PAGE, len(groups)
        ),
        people=len(people),
        waiting=sum(not person.is_sent for person in people),
        may_send="ship" in offers(identity, order)
        and identity.has_role(OrganisationKind.PRODUCER, order.producer_id),
    )


@blueprint.get("/orders/<int:order_id>/parcels")
@allow()
def parcels(order_id: int) -> str:
    return parcels_page(order_id)


@blueprint.get("/orders/<int:order_id>/labels")
@allow()
def labels(order_id: int) -> str:
    """Labels to print, 3 × 7 on a sheet: of those who wait, or of everyone."""
    order, people = _order_with_people(order_id)
    wanted = [one for one in people if request.args.get("all") or not one.is_sent]
    return render_template(
        "ordering/labels.html", order=order, people=wanted, on_a_sheet=LABELS_ON_A_SHEET
    )


@blueprint.get("/orders/<int:order_id>/parcels.<any(csv, xlsx):form>")
@allow()
def parcel_file(order_id: int, form: str) -> Response:
    """A row for each person, with the carrier and the number to be filled in."""
    order, people = _order_with_people(order_id)
    rows = [COLUMNS, *(_as_row(person) for person in people)]
    name = f"parcels-{order.number}"
    if form == "csv":
        return download(write_csv(rows), CSV, f"{name}.csv")
    return download(write_xlsx(rows, now()), XLSX, f"{name}.xlsx")


def _as_row(person: Person) -> tuple[str, ...]:
    return (
        str(person.id),
        person.name,
        person.department,
        str(person.phone),
        person.where,
        person.words,
        person.carrier,
        person.tracking,
    )


@blueprint.post("/orders/<int:order_id>/parcels")
@allow(works_for_a_producer)
@shown_again_by(parcels_page)
def send_by_address(order_id: int) -> ResponseReturnValue:
    _order, people = _order_with_people(order_id)
    parcel = read_sending(request.form, people)
    send_parcels(session(), current_identity(), order_id, [parcel], now())
    commit()
    flash(_("发货已登记,共 %(people)s 人。", people=len(parcel.recipient_ids)))
    return redirect(url_for("ordering.parcels", order_id=order_id))


@blueprint.post("/orders/<int:order_id>/parcels/file")
@allow(works_for_a_producer)
@shown_again_by(parcels_page)
def send_by_file(order_id: int) -> ResponseReturnValue:
    """Every row is judged; either all that were filled in leave, or nothing."""
    _order, people = _order_with_people(order_id)
    file = read_file("parcels", request.files.get("parcels"))
    filled = read_parcel_file(request.form, file, people)
    send_parcels(session(), current_identity(), order_id, filled.parcels, now())
    commit()
    sent = sum(len(parcel.recipient_ids) for parcel in filled.parcels)
    flash(_("已登记 %(parcels)s 个包裹、%(people)s 人。", parcels=len(filled.parcels), people=sent))
    if filled.sent_before or filled.unfilled:
        facts = {"before": filled.sent_before, "left": filled.unfilled}
        flash(_("%(before)s 人以前已发出,%(left)s 人还没有运单号。", **facts), "warning")
    return redirect(url_for("ordering.parcels", order_id=order_id))
