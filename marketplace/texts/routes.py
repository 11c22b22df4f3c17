"""Texts over HTTP: read and compared by everyone, drafted and published in the centre."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.texts import commands, queries
from marketplace.texts.forms import read_edition, read_text, read_version
from marketplace.texts.queries import Shelf, VersionView
from marketplace.texts.rules import (
    KIND_SUMMARIES,
    KIND_WORDS,
    earliest_day,
    kind_named,
    reads,
    writes,
)
from marketplace.texts.rules.compare import compare
from marketplace.texts.rules.parts import sections_of
from marketplace.web import allow, commit, current_identity, now, public, session
from marketplace.web.again import shown_again_by
from marketplace.web.shelf import shelved

blueprint = Blueprint("texts", __name__)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"kind_words": KIND_WORDS, "kind_summaries": KIND_SUMMARIES}


@blueprint.get("/rules")
@public
@shelved
def rules() -> str:
    """Every text, what is in force and what is to come."""
    return render_template("texts/rules.html", shelves=queries.list_shelves(session(), _today()))


@blueprint.get("/rules/<slug>")
@public
@shelved
def text(slug: str) -> str:
    """The text in force, or the version that the address names."""
    shelf = queries.shelf_of(session(), kind_named(slug), _today())
    asked = read_version(request.args, "version")
    shown = _version(shelf, asked) if asked else shelf.in_force or shelf.newest
    body = queries.get_body(session(), shelf.kind, shown.version) if shown else ""
    return render_template("texts/text.html", shelf=shelf, shown=shown, sections=sections_of(body))


@blueprint.get("/rules/<slug>/compare")
@public
@shelved
def comparison(slug: str) -> str:
    """What changed from one version to another; without an address for them, the last change."""
    shelf = queries.shelf_of(session(), kind_named(slug), _today())
    if shelf.newest is None:
        raise NotFound
    new = _version(shelf, read_version(request.args, "new") or shelf.newest.version)
    typed = read_version(request.args, "old")
    old = _version(shelf, typed) if typed else shelf.before(new.version) or new
    bodies = [queries.get_body(session(), shelf.kind, one.version) for one in (old, new)]
    lines = compare(*bodies)
    return render_template("texts/comparison.html", shelf=shelf, old=old, new=new, lines=lines)


def _version(shelf: Shelf, version: int) -> VersionView:
    for one in shelf.versions:
        if one.version == version:
            return one
    raise NotFound


def _today() -> Any:
    return day_of(now())


@blueprint.get("/desk/texts")
@allow(reads)
def desk() -> str:
    """Every text with its draft."""
    return render_template(
        "texts/desk.html",
        shelves=queries.list_shelves(session(), _today()),
        drafts=queries.list_drafts(session()),
    )


def draft_page(slug: str) -> str:
    kind = kind_named(slug)
    shelf = queries.shelf_of(session(), kind, _today())
    newest = shelf.newest
    body = queries.get_body(session(), kind, newest.version) if newest else ""
    draft = queries.find_draft(session(), kind)
    return render_template(
        "texts/draft.html",
        shelf=shelf,
        draft=draft,
        body=body,
        lines=compare(body, draft.body) if draft and newest else [],
        sections=sections_of(draft.body) if draft else [],
        names=queries.names_in(session(), shelf, draft),
        earliest=earliest_day(kind, now(), newest.in_force_from if newest else None),
        may_write=writes(current_identity()),
    )


@blueprint.get("/desk/texts/<slug>")
@allow(reads)
def draft(slug: str) -> str:
    return draft_page(slug)


@blueprint.post("/desk/texts/<slug>")
@allow(writes)
@shown_again_by(draft_page)
def save(slug: str) -> ResponseReturnValue:
    kind = kind_named(slug)
    is_change = queries.shelf_of(session(), kind, _today()).newest is not None
    given = read_text(request.form, is_change=is_change)
    commands.save_draft(session(), current_identity(), kind, given, now())
    commit()
    flash(_("草稿已保存。请另一位运营同事看过后公布。"))
    return redirect(url_for("texts.draft", slug=slug))


@blueprint.post("/desk/texts/<slug>/publish")
@allow(writes)
@shown_again_by(draft_page)
def publish(slug: str) -> ResponseReturnValue:
    kind, edition = kind_named(slug), read_edition(request.form)
    commands.publish_draft(session(), current_identity(), kind, edition, now())
    commit()
    flash(_("已公布,从现在起在网站上公示。"))
    return redirect(url_for("texts.text", slug=slug))


@blueprint.post("/desk/texts/<slug>/drop")
@allow(writes)
@shown_again_by(draft_page)
def drop(slug: str) -> ResponseReturnValue:
    kind, edition = kind_named(slug), read_edition(request.form)
    commands.drop_draft(session(), current_identity(), kind, edition, now())
    commit()
    flash(_("草稿已放弃。"))
    return redirect(url_for("texts.draft", slug=slug))
