"""The producer's side of an inquiry: what was asked of them, and their own answer only."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.contracts import commands
from marketplace.contracts.forms.inquiries import read_quotation, read_unable
from marketplace.contracts.queries import inquiries as queries
from marketplace.contracts.routes.access import deals_in_contracts, require_producer
from marketplace.contracts.routes.packs import (
    numbers_in,
    own_on_sale,
    packs_to_price,
)
from marketplace.contracts.routes.room import blueprint
from marketplace.core.clock import day_of
from marketplace.producers.queries import get_producer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.few import looks_for_more
from marketplace.web.fields import read_page


@blueprint.get("/producer/<int:producer_id>/inquiries")
@allow(deals_in_contracts)
def asked(producer_id: int) -> str:
    require_producer(producer_id)
    of = queries.inquiries_of_producer(producer_id)
    return render_template(
        "contracts/asked.html",
        producer=get_producer(session(), producer_id),
        page=queries.list_inquiries(session(), read_page(request.args), of),
        today=day_of(now()),
    )


def _chosen() -> set[int]:
    """The packs that were chosen in the form."""
    return numbers_in(one for name, one in request.form.items() if name.startswith("pack-"))


def answer_page(producer_id: int, inquiry_id: int, **_place: Any) -> str:
    """Lines to be priced; what was answered before stands in the form."""
    today = day_of(now())
    found = queries.get_asked_inquiry(session(), current_identity(), inquiry_id, producer_id)
    own = queries.find_own_answer(session(), inquiry_id, producer_id, today)
    lines = queries.lines_of_inquiry(session(), inquiry_id)
    asked_for = {line.variant_id for line in lines if line.variant_id}
    before = {line.variant_id for line in own.lines.values()} if own else set[int]()
    return render_template(
        "contracts/answer.html",
        inquiry=found,
        producer=get_producer(session(), producer_id),
        lines=lines,
        answer=own,
        # Once all are open an answer only becomes better.
        may_decline=not own or (bool(own.lines) and found.all_answered_at is None),
        may_answer=found.state == "ASKED" and today <= found.answer_until,
        is_chosen=found.state == "DECIDED" and found.chosen_producer_id == producer_id,
        **packs_to_price(producer_id, asked_for | before | _chosen()),
    )


@blueprint.get("/producer/<int:producer_id>/inquiries/<int:inquiry_id>")
@allow(deals_in_contracts)
def answer(producer_id: int, inquiry_id: int) -> str:
    return answer_page(producer_id, inquiry_id)


@blueprint.post("/producer/<int:producer_id>/inquiries/<int:inquiry_id>")
@allow(deals_in_contracts)
@shown_again_by(answer_page)
def keep_answer(producer_id: int, inquiry_id: int) -> ResponseReturnValue:
    identity = current_identity()
    queries.get_asked_inquiry(session(), identity, inquiry_id, producer_id)
    if looks_for_more():
        return answer_page(producer_id, inquiry_id)
    ids = [line.id for line in queries.lines_of_inquiry(session(), inquiry_id)]
    own = own_on_sale(producer_id, _chosen())
    given = read_quotation(request.form, ids, own)
    commands.answer(session(), identity, (inquiry_id, producer_id), given, now())
    commit()
    flash(_("报价已提交,截止日前可以改得更好。其他供应商看不到。"))
    return redirect(url_for("contracts.answer", producer_id=producer_id, inquiry_id=inquiry_id))


@blueprint.post("/producer/<int:producer_id>/inquiries/<int:inquiry_id>/unable")
@allow(deals_in_contracts)
@shown_again_by(answer_page)
def cannot_supply(producer_id: int, inquiry_id: int) -> ResponseReturnValue:
    """An answer too: nobody waits for it any longer."""
    identity = current_identity()
    asked = queries.get_asked_inquiry(session(), identity, inquiry_id, producer_id)
    given = read_unable(request.form, asked.answer_until)
    commands.answer(session(), identity, (inquiry_id, producer_id), given, now())
    commit()
    flash(_("已答复不能供应,询价单位看得到。截止日前改了主意,还可以报价。"))
    return redirect(url_for("contracts.answer", producer_id=producer_id, inquiry_id=inquiry_id))
