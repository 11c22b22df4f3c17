"""Buying by staff list: read, judged, made into a draft, looked over, handed in."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.ids import new_code
from marketplace.core.paging import Page
from marketplace.ordering import queries
from marketplace.ordering.commands import (
    correct_address,
    draft_gifts,
    refresh_gifts,
    replace_gifts,
    submit,
)
from marketplace.ordering.forms.gifts import (
    read_choices,
    read_correction,
    read_gift_list,
    read_gift_wish,
    read_review,
)
from marketplace.ordering.forms.lists import FIELD, as_text
from marketplace.ordering.queries.gift_choice import GiftSheet, Holder, weigh
from marketplace.ordering.queries.gifts import (
    Person,
    addresses_of,
    people_of_purchase,
    purchase_of_person,
)
from marketplace.ordering.queries.views import PurchaseView
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import PurchaseState, may_buy_for, require_state
from marketplace.ordering.rules.gifts import GiftRow
from marketplace.ordering.rules.recipients import SumChanged
from marketplace.outbox.commands import answer_once
from marketplace.outbox.rules import RememberedAnswer
from marketplace.units.queries import get_unit
from marketplace.uploads.forms import read_file
from marketplace.web import allow, begin_again, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

PEOPLE_ON_A_PAGE = 100
HEAD = ("姓名", "部门", "电话", "慰问品", "金额", "份数", "地址")


def require_gift_buyer(unit_id: int) -> None:
    """Raises NotFound for a unit the person is no member of, Forbidden where they may not buy."""
    identity = current_identity()
    if not identity.has_role(OrganisationKind.UNIT, unit_id):
        raise NotFound
    if not may_buy_for(identity, unit_id):
        raise Forbidden


@blueprint.get("/gifts")
@allow()
def start_gifts() -> ResponseReturnValue:
    """To the list of the unit that one buys for; who buys for several chooses."""
    units = current_identity().organisations(OrganisationKind.UNIT, Role.BUYER)
    if len(units) == 1:
        return redirect(url_for("ordering.gifts", unit_id=units[0]))
    return render_template(
        "ordering/gift_units.html", units=[get_unit(session(), unit_id) for unit_id in units]
    )


def gift_page(unit_id: int, purchase: PurchaseView | None = None, **_place: Any) -> str:
    """The list as it was given, what each row comes to, and what is still to be chosen."""
    require_gift_buyer(unit_id)
    text, rows = g.get("gift_list", (request.form.get(FIELD, ""), []))
    if purchase is not None and request.method == "GET":
        text = text_of(purchase)
    identity = current_identity()
    last = purchase.consignee if purchase else queries.last_consignee(session(), identity.person_id)
    return render_template(
        "ordering/gifts.html",
        unit=get_unit(session(), unit_id),
        purchase=purchase,
        text=text,
        sheet=weighed(unit_id, rows) if rows else None,
        consignee=last,
        nonce=new_code(20),
    )


def weighed(unit_id: int, rows: list[GiftRow]) -> GiftSheet:
    holder = Holder(unit_id, current_identity().person_id)
    return weigh(session(), rows, read_choices(request.form), holder, day_of(now()))


def _given_list() -> list[GiftRow]:
    """The list of this request; a file can be read once, and the page may be drawn again."""
    g.gift_list = read_gift_list(request.form, read_file("file", request.files.get("file")))
    rows: list[GiftRow] = g.gift_list[1]
    return rows


@blueprint.get("/unit/<int:unit_id>/gifts")
@allow()
def gifts(unit_id: int) -> str:
    return gift_page(unit_id)


@blueprint.post("/unit/<int:unit_id>/gifts")
@allow()
@shown_again_by(gift_page)
def check_gifts(unit_id: int) -> ResponseReturnValue:
    """Judges every row; on the second button makes the purchase, once."""
    require_gift_buyer(unit_id)
    rows = _given_list()
    if request.form.get("step") != "make":
        return gift_page(unit_id)
    wish = read_gift_wish(request.form, unit_id, weighed(unit_id, rows))
    identity, nonce = current_identity(), request.form.get("nonce", "")[:64]

    def make() -> RememberedAnswer:
        return RememberedAnswer(303, str(draft_gifts(session(), identity, wish, now()).id))

    answer = answer_once(session(), (identity.person_id, f"gifts:{nonce}", "gifts"), now(), make)
    commit()
    return redirect(url_for("ordering.people", purchase_id=int(answer.body)))


def replacing_page(purchase_id: int, **_place: Any) -> str:
    purchase = own_draft(purchase_id)
    assert purchase.unit_id is not None
    return gift_page(purchase.unit_id, purchase)


def own_draft(purchase_id: int) -> PurchaseView:
    """A draft by staff list of the one who asks. Raises WrongState where it was handed in."""
    identity = current_identity()
    purchase = queries.get_purchase(session(), identity, purchase_id)
    if purchase.unit_id is None or purchase.buyer_id != identity.person_id or not purchase.people:
        raise NotFound
    require_state(purchase.state, PurchaseState.DRAFT)
    return purchase


@blueprint.get("/purchases/<int:purchase_id>/people/replace")
@allow()
def replacing(purchase_id: int) -> str:
    return replacing_page(purchase_id)


@blueprint.post("/purchases/<int:purchase_id>/people/replace")
@allow()
@shown_again_by(replacing_page)
def replace_people(purchase_id: int) -> ResponseReturnValue:
    """Another list in the place of a draft's, as a whole."""
    unit_id = own_draft(purchase_id).unit_id
    assert unit_id is not None
    rows = _given_list()
    if request.form.get("step") != "make":
        return replacing_page(purchase_id)
    wish = read_gift_wish(request.form, unit_id, weighed(unit_id, rows))
    replace_gifts(session(), current_identity(), purchase_id, wish, now())
    commit()
    flash(_("名单已替换。"))
    return redirect(url_for("ordering.people", purchase_id=purchase_id))


def text_of(purchase: PurchaseView) -> str:
    """The list of a purchase as text that can be pasted again."""
    people = people_of_purchase(session(), current_identity(), purchase)
    return as_text([HEAD, *(_as_row(person) for person in people)])


def _as_row(person: Person) -> tuple[str, ...]:
    gift = " + ".join(f"{pack.variant_id}×{pack.quantity}" for pack in person.packs)
    amount = (
        f"{person.amount_fen // 100}.{person.amount_fen % 100:02d}" if person.amount_fen else ""
    )
    address = person.own_address
    return (person.name, person.department, str(person.phone), gift, amount, "", address)


def people_page(purchase_id: int, **_place: Any) -> str:
    """Everyone on the list, the sums, and the freight of every address."""
    identity = current_identity()
    purchase = queries.get_purchase(session(), identity, purchase_id)
    people = people_of_purchase(session(), identity, purchase)
    if not people:
        raise NotFound
    asked = read_page(request.args)
    start = (asked.page - 1) * PEOPLE_ON_A_PAGE
    shown = people[start : start + PEOPLE_ON_A_PAGE]
    return render_template(
        "ordering/people.html",
        purchase=purchase,
        page=Page(shown, asked.page, PEOPLE_ON_A_PAGE, len(people)),
        addresses=addresses_of(session(), purchase_id),
        is_own=identity.person_id == purchase.buyer_id,
    )


@blueprint.get("/purchases/<int:purchase_id>/people")
@allow()
def people(purchase_id: int) -> str:
    return people_page(purchase_id)


@blueprint.post("/purchases/<int:purchase_id>/people/submit")
@allow()
@shown_again_by(people_page)
def submit_people(purchase_id: int) -> ResponseReturnValue:
    """Hands in what was looked over."""
    reviewed_fen = read_review(request.form)
    purchase = submit(session(), current_identity(), purchase_id, now())
    if purchase.goods_fen + purchase.freight_fen != reviewed_fen:
        begin_again(writing=True)
        refresh_gifts(session(), current_identity(), purchase_id, now())
        commit()
        raise SumChanged
    commit()
    flash(_("采购单已提交,等审批人审批。"))
    return redirect(url_for("payments.purchase", purchase_id=purchase_id))


def _page_of_person(recipient_id: int, **_place: Any) -> str:
    return people_page(purchase_of_person(session(), recipient_id))


@blueprint.post("/people/<int:recipient_id>/address")
@allow()
@shown_again_by(_page_of_person)
def correct(recipient_id: int) -> ResponseReturnValue:
    """Another phone or address for someone whose parcel has not left."""
    corrected = read_correction(request.form, recipient_id)
    purchase = correct_address(session(), current_identity(), recipient_id, corrected, now())
    commit()
    flash(_("地址和电话已更正,供应商会看到新的。"))
    return redirect(url_for("ordering.people", purchase_id=purchase.id))
