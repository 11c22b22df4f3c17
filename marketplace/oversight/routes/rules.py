"""Thresholds of each kind: versions, what others would find, publishing, replay."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.money import as_percent, plain_yuan
from marketplace.oversight import commands
from marketplace.oversight.forms import read_day, read_published, read_thresholds
from marketplace.oversight.queries import versions
from marketplace.oversight.queries.trial import Trial, try_out
from marketplace.oversight.routes.room import blueprint
from marketplace.oversight.rules.kinds import THRESHOLDS, Kind, Measure, Threshold, kind_of
from marketplace.oversight.rules.states import operates, reads_all
from marketplace.oversight.rules.words import KIND_ABOUT, KIND_WORDS
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.refusals import field_words


def _kind(name: str) -> Kind:
    kind = kind_of(name.upper())
    if kind is None:
        raise NotFound
    return kind


@blueprint.get("/desk/signals/rules")
@allow(reads_all)
def rules() -> str:
    """What holds for each kind, and until when it was looked for."""
    return render_template(
        "oversight/rules.html",
        versions=versions.versions_now(session()),
        thresholds=THRESHOLDS,
        looked=versions.cursors(session()),
        kind_words=KIND_WORDS,
    )


def rule_page(name: str, **_place: Any) -> str:
    """One kind: its versions and replays; with thresholds in the address, what they would find."""
    kind = _kind(name)
    held = versions.list_versions(session(), kind)
    trial, wrong = _tried(kind, held[0].version)
    return render_template(
        "oversight/rule.html",
        kind=kind,
        thresholds=THRESHOLDS[kind],
        held=held,
        shown={one.name: _as_typed(one, held[0].thresholds[one.name]) for one in THRESHOLDS[kind]},
        kind_words=KIND_WORDS,
        kind_about=KIND_ABOUT,
        trial=trial,
        wrong=wrong,
        replays=versions.list_replays(session(), kind),
        today=day_of(now()),
        may_write=operates(current_identity()),
    )


def _as_typed(threshold: Threshold, value: int) -> str:
    """A threshold as somebody would type it."""
    if threshold.measure == Measure.FEN:
        return plain_yuan(value)
    return as_percent(value) if threshold.measure == Measure.PPM else str(value)


def _tried(kind: Kind, present: int) -> tuple[Trial | None, dict[str, str]]:
    """What the thresholds in the address would find, or what is wrong with them."""
    if "try" not in request.args:
        return None, {}
    try:
        wanted = read_thresholds(request.args, kind)
    except InvalidInput as refused:
        words = [field_words(error) for error in refused.errors]
        return None, {word["field"]: word["message"] for word in words}
    return try_out(session(), (kind, wanted), present, day_of(now())), {}


@blueprint.get("/desk/signals/rules/<name>")
@allow(reads_all)
def rule(name: str) -> str:
    return rule_page(name)


@blueprint.post("/desk/signals/rules/<name>")
@allow(operates)
@shown_again_by(rule_page)
def publish(name: str) -> ResponseReturnValue:
    kind = _kind(name)
    given = read_published(request.form, kind)
    version = commands.publish_thresholds(session(), current_identity(), kind, given, now())
    return _back(name, _("第 %(version)s 版已发布,从今晚起按它查找。", version=version))


@blueprint.post("/desk/signals/rules/<name>/replay")
@allow(operates)
@shown_again_by(rule_page)
def replay(name: str) -> ResponseReturnValue:
    kind, from_on = _kind(name), read_day(request.form)
    commands.replay(session(), current_identity(), kind, from_on, now())
    return _back(name, _("已开始逐月重查,进度在下面。"))


def _back(name: str, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("oversight.rule", name=name))
