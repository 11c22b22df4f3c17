"""What a unit or a producer was asked about, and its answer."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import list_names
from marketplace.core.errors import NotFound
from marketplace.oversight import commands
from marketplace.oversight.forms import read_answer
from marketplace.oversight.queries import signals
from marketplace.oversight.routes.room import blueprint
from marketplace.oversight.rules.states import Question, Side, answers_for
from marketplace.oversight.rules.words import KIND_ABOUT, KIND_WORDS
from marketplace.producers.queries import get_producer
from marketplace.units.queries import get_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.fields import read_page

SIDES = {"unit": Side.UNIT, "producer": Side.PRODUCER}


def _named(side: str, holder_id: int) -> str:
    """The name of a unit or producer, for those who answer for it; others do not learn of it."""
    if not answers_for(current_identity(), SIDES[side], holder_id):
        raise NotFound
    if side == "unit":
        return get_unit(session(), holder_id).name
    return get_producer(session(), holder_id).name


@blueprint.get("/<any(unit, producer):side>/<int:holder_id>/signals")
@allow()
def asked(side: str, holder_id: int) -> str:
    return render_template(
        "oversight/asked.html",
        side=side,
        holder_id=holder_id,
        name=_named(side, holder_id),
        kind_words=KIND_WORDS,
        page=signals.list_asked(session(), SIDES[side], holder_id, read_page(request.args)),
    )


def question_page(side: str, holder_id: int, signal_id: int, **_place: Any) -> str:
    """One of them, with the orders of one's own that it rests on, and the form to answer."""
    name = _named(side, holder_id)
    asked_about = Question(SIDES[side], holder_id, signal_id)
    signal = signals.get_asked(session(), current_identity(), asked_about)
    return render_template(
        "oversight/question.html",
        side=side,
        holder_id=holder_id,
        name=name,
        signal=signal,
        row=signal.row,
        products=list_names(session(), signal.row.evidence["things"].get("product", ())),
        kind_words=KIND_WORDS,
        kind_about=KIND_ABOUT,
    )


@blueprint.get("/<any(unit, producer):side>/<int:holder_id>/signals/<int:signal_id>")
@allow()
def question(side: str, holder_id: int, signal_id: int) -> str:
    return question_page(side, holder_id, signal_id)


@blueprint.post("/<any(unit, producer):side>/<int:holder_id>/signals/<int:signal_id>/answer")
@allow()
@shown_again_by(question_page)
def answer(side: str, holder_id: int, signal_id: int) -> ResponseReturnValue:
    _named(side, holder_id)
    given = read_answer(request.form, request.files.get("file"))
    asked_about = Question(SIDES[side], holder_id, signal_id)
    commands.answer_signal(session(), current_identity(), asked_about, given, now())
    commit()
    flash(_("答复已提交,运营中心会看到。"))
    return redirect(
        url_for("oversight.question", side=side, holder_id=holder_id, signal_id=signal_id)
    )


@blueprint.get("/signals/<int:signal_id>/papers/<int:upload_id>")
@allow()
def paper(signal_id: int, upload_id: int) -> ResponseReturnValue:
    """What came with an answer, to be kept and not shown: what is in it is not ours."""
    kept = signals.get_paper(session(), current_identity(), signal_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)
