"""Announcements: for everyone to read, and at the desk to make."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.announcements import commands, queries
from marketplace.announcements.forms import read_announcement, read_reason
from marketplace.announcements.models import Announcement
from marketplace.announcements.rules import Audience, audiences_of, writes
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.web import (
    allow,
    commit,
    current_identity,
    find_identity,
    now,
    public,
    session,
)
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here, own_county
from marketplace.web.fields import read_page

blueprint = Blueprint("announcements", __name__)


def reads_desk(identity: Identity) -> bool:
    return identity.is_in_centre()


def _county() -> str:
    return own_county()


def _my_county() -> str:
    """Whose announcements an official makes."""
    return county_here(current_identity())


def current(*audiences: Audience) -> Sequence[Announcement]:
    """What stands above a page for these audiences today."""
    return queries.list_current(session(), _county(), audiences, day_of(now()))


@blueprint.get("/announcements")
@public
def announcements() -> str:
    mine, page = audiences_of(find_identity()), read_page(request.args)
    found = queries.list_readable(session(), _county(), mine, day_of(now()), page)
    return render_template("announcements/list.html", page=found)


@blueprint.get("/announcements/<int:announcement_id>")
@public
def announcement(announcement_id: int) -> str:
    mine = audiences_of(find_identity())
    found = queries.get_readable(session(), _county(), announcement_id, mine, day_of(now()))
    return render_template("announcements/one.html", one=found)


def desk_page(**_place: Any) -> str:
    return render_template(
        "announcements/desk.html",
        page=queries.list_all(session(), _my_county(), read_page(request.args)),
        today=day_of(now()),
        may_write=writes(current_identity()),
    )


@blueprint.get("/desk/announcements")
@allow(reads_desk)
def desk() -> str:
    return desk_page()


@blueprint.post("/desk/announcements")
@allow(writes)
@shown_again_by(desk_page)
def announce() -> ResponseReturnValue:
    given = read_announcement(request.form)
    commands.announce(session(), current_identity(), _my_county(), given, now())
    return _back(_("公告已发布。"))


def form_page(announcement_id: int) -> str:
    return render_template(
        "announcements/form.html",
        one=queries.get_announcement(session(), _my_county(), announcement_id),
        may_write=writes(current_identity()),
    )


@blueprint.get("/desk/announcements/<int:announcement_id>")
@allow(reads_desk)
def edit(announcement_id: int) -> str:
    return form_page(announcement_id)


@blueprint.post("/desk/announcements/<int:announcement_id>")
@allow(writes)
@shown_again_by(form_page)
def reword(announcement_id: int) -> ResponseReturnValue:
    place, given = (_my_county(), announcement_id), read_announcement(request.form)
    commands.reword(session(), current_identity(), place, given, now())
    return _back(_("公告已修改。"))


@blueprint.post("/desk/announcements/<int:announcement_id>/take-down")
@allow(writes)
@shown_again_by(form_page)
def take_down(announcement_id: int) -> ResponseReturnValue:
    place, reason = (_my_county(), announcement_id), read_reason(request.form)
    commands.take_down(session(), current_identity(), place, reason, now())
    return _back(_("公告已撤下。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("announcements.desk"))
