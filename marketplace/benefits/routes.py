"""Household benefits over HTTP: the producer's lists, and the county's masked look at them."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.benefits import commands, queries
from marketplace.benefits.forms import read_list, read_words
from marketplace.benefits.rules import KINDS, may_write
from marketplace.core.clock import day_of, latest_months
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.sheets import write_xlsx
from marketplace.ordering.forms.lists import FIELD
from marketplace.producers.queries import get_producer
from marketplace.uploads.forms import read_file
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import XLSX, download
from marketplace.web.fields import read_page
from marketplace.web.sealing import sealer

blueprint = Blueprint("benefits", __name__)
HEAD = ("户主姓名", "身份证号", "村", "金额")


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


def lists_page(producer_id: int) -> str:
    """A producer's lists, and the form for another with a verdict on each row."""
    identity = current_identity()
    text, verdicts = g.get("benefit_list", (request.form.get(FIELD, ""), []))
    return render_template(
        "benefits/lists.html",
        page=queries.list_lists(session(), identity, producer_id, read_page(request.args)),
        producer=get_producer(session(), producer_id),
        may_write=may_write(identity, producer_id),
        kinds=KINDS,
        months=latest_months(day_of(now())),
        text=text,
        verdicts=verdicts,
        bad=[one for one in verdicts if not one.is_good],
    )


def _told(producer_id: int) -> queries.Told:
    """The list of this request with its verdicts; a file can be read once, and the page may be
    drawn again."""
    if not may_write(current_identity(), producer_id):
        raise NotFound
    file = read_file("file", request.files.get("file"))
    text, told = read_list(request.form, file, producer_id)
    g.benefit_list = (text, queries.judge_list(session(), told, sealer(), now()))
    return told


@blueprint.get("/producer/<int:producer_id>/benefits")
@allow()
def lists(producer_id: int) -> str:
    return lists_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/benefits/check")
@allow()
@shown_again_by(lists_page)
def check(producer_id: int) -> ResponseReturnValue:
    """What each row would come to; nothing is written."""
    _told(producer_id)
    return lists_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/benefits")
@allow()
@shown_again_by(lists_page)
def enter(producer_id: int) -> ResponseReturnValue:
    told = _told(producer_id)
    kept = commands.enter_list(session(), current_identity(), told, sealer(), now())
    return _back(kept.id, _("名单已登记,姓名和身份证号加密保存。"))


@blueprint.get("/producer/benefits.xlsx")
@allow()
def template() -> ResponseReturnValue:
    """An empty table with the head that is understood."""
    return download(write_xlsx([HEAD], now()), XLSX, "benefits.xlsx")


def one_page(list_id: int, **_place: Any) -> str:
    identity = current_identity()
    kept = queries.get_list(session(), identity, list_id)
    return render_template(
        "benefits/one.html",
        kept=kept,
        page=queries.entries_of(session(), identity, kept, sealer(), read_page(request.args)),
        may_write=may_write(identity, kept.producer_id),
    )


@blueprint.get("/benefits/<int:list_id>")
@allow()
def one(list_id: int) -> str:
    return one_page(list_id)


def _back(list_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("benefits.one", list_id=list_id))


@blueprint.post("/benefits/<int:list_id>/reverse")
@allow()
@shown_again_by(one_page)
def reverse_all(list_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.reverse_list(session(), current_identity(), list_id, words, now())
    return _back(list_id, _("整份名单已冲销。"))


@blueprint.post("/benefits/<int:list_id>/entries/<int:entry_id>/reverse")
@allow()
@shown_again_by(one_page)
def reverse_one(list_id: int, entry_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.reverse_entry(session(), current_identity(), entry_id, words, now())
    return _back(list_id, _("这一行已冲销。"))


@blueprint.get("/desk/benefits")
@allow(in_centre)
def desk() -> str:
    """All lists with their sums; names are masked, and only the producer reads them."""
    page = queries.list_lists(session(), current_identity(), None, read_page(request.args))
    return render_template("benefits/desk.html", page=page)
