"""A producer's batches: what is there, why it changed, counting, losses and outlets."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.administration.queries import setting
from marketplace.administration.rules.settings import Name
from marketplace.catalogue import commands
from marketplace.catalogue.queries import batches, outlets
from marketplace.catalogue.rules.keeping import FROM_OUTLET, LossReason
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.ids import new_code
from marketplace.core.paging import PageRequest
from marketplace.geography.rules import county_of
from marketplace.ordering.forms.keeping import read_count, read_loss, read_sending, read_taking
from marketplace.ordering.routes.producer import require_clerk_of, works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.outbox.commands import answer_once
from marketplace.outbox.rules import RememberedAnswer
from marketplace.producers.queries import get_producer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

SOON = PageRequest(1, 12)


def own_batch(producer_id: int, batch_id: int) -> batches.KeptBatch:
    """A batch of the producer whom the person works for. Raises NotFound."""
    require_clerk_of(producer_id)
    batch = batches.get_batch(session(), batch_id)
    if batch.producer_id != producer_id:
        raise NotFound
    return batch


@blueprint.get("/producer/<int:producer_id>/batches")
@allow(works_for_a_producer)
def producer_batches(producer_id: int) -> str:
    """What is in store, by batch; what expires soon first."""
    require_clerk_of(producer_id)
    today, producer = day_of(now()), get_producer(session(), producer_id)
    county = county_of(producer.village_code)
    days = setting(session(), county, Name.NEAR_EXPIRY_DAYS, now())
    return render_template(
        "producers/batches.html",
        producer=producer,
        page=batches.list_batches(session(), producer_id, read_page(request.args), today),
        soon=batches.list_near_expiry(session(), today, SOON, producer_id=producer_id, days=days),
        at_outlets=outlets.list_at_outlets(session(), producer_id),
        days=days,
        today=today,
    )


def batch_page(producer_id: int, batch_id: int, **_place: Any) -> str:
    """One batch with its history, and everything that may be done with it."""
    batch = own_batch(producer_id, batch_id)
    return render_template(
        "producers/batch.html",
        producer=get_producer(session(), producer_id),
        batch=batch,
        entries=batches.list_entries(session(), batch_id),
        reports=batches.list_reports(session(), batch_id),
        outlets=outlets.list_outlets(session()),
        at_outlets=outlets.list_of_batch(session(), batch_id),
        losses=tuple(LossReason),
        takings=FROM_OUTLET,
        today=day_of(now()),
        nonce=new_code(20),
    )


@blueprint.get("/producer/<int:producer_id>/batches/<int:batch_id>")
@allow(works_for_a_producer)
def producer_batch(producer_id: int, batch_id: int) -> str:
    return batch_page(producer_id, batch_id)


@blueprint.post("/producer/<int:producer_id>/batches/<int:batch_id>/count")
@allow(works_for_a_producer)
@shown_again_by(batch_page)
def count_batch(producer_id: int, batch_id: int) -> ResponseReturnValue:
    own_batch(producer_id, batch_id)
    given = read_count(request.form)
    difference = commands.count_stock(session(), current_identity(), batch_id, given, now())
    if not difference:
        return _back(producer_id, batch_id, _("盘点与账面一致,没有改动。"))
    return _back(producer_id, batch_id, _("盘点已登记,差数 %(number)s 件。", number=difference))


@blueprint.post("/producer/<int:producer_id>/batches/<int:batch_id>/loss")
@allow(works_for_a_producer)
@shown_again_by(batch_page)
def lose(producer_id: int, batch_id: int) -> ResponseReturnValue:
    own_batch(producer_id, batch_id)
    loss = read_loss(request.form, batch_id)
    once(lambda: commands.write_off(session(), current_identity(), loss, now()))
    return _back(producer_id, batch_id, _("损耗已登记,库存已减去。"))


@blueprint.post("/producer/<int:producer_id>/batches/<int:batch_id>/send")
@allow(works_for_a_producer)
@shown_again_by(batch_page)
def send(producer_id: int, batch_id: int) -> ResponseReturnValue:
    own_batch(producer_id, batch_id)
    move = read_sending(request.form, batch_id)
    once(lambda: commands.send_to_outlet(session(), current_identity(), move, now()))
    return _back(producer_id, batch_id, _("已调拨到网点。"))


@blueprint.post("/producer/<int:producer_id>/batches/<int:batch_id>/take")
@allow(works_for_a_producer)
@shown_again_by(batch_page)
def take(producer_id: int, batch_id: int) -> ResponseReturnValue:
    own_batch(producer_id, batch_id)
    move = read_taking(request.form, batch_id)
    once(lambda: commands.take_from_outlet(session(), current_identity(), move, now()))
    return _back(producer_id, batch_id, _("网点的存货已更新。"))


def once(act: Callable[[], Any]) -> None:
    """Does what a form asks for, once: the page carries a number, and a second click with the
    same content finds that it is done."""
    content = "\n".join(f"{name}={value}" for name, value in sorted(request.form.items()))
    words = f"{request.path}\n{content}".encode(errors="surrogatepass")
    nonce = request.form.get("nonce", "")[:24]
    key = f"form:{nonce}:{hashlib.sha256(words).hexdigest()[:40]}"

    def answer() -> RememberedAnswer:
        act()
        return RememberedAnswer(303, "")

    answer_once(session(), (current_identity().person_id, key, "form"), now(), answer)


def _back(producer_id: int, batch_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("ordering.producer_batch", producer_id=producer_id, batch_id=batch_id))
