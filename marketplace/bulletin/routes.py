"""Bulletins: written at the desk, read by units."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.bulletin import commands, queries
from marketplace.bulletin.forms import read_period, read_why, read_wording
from marketplace.bulletin.queries import IssueView
from marketplace.bulletin.rules import thaw, writes
from marketplace.core.areas import identity_at
from marketplace.core.clock import day_of, latest_months
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.reports.queries.area import county_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here, own_county
from marketplace.web.downloads import CSV, XLSX, download

blueprint = Blueprint("bulletin", __name__)


def reads_desk(identity: Identity) -> bool:
    return identity.is_in_centre()


def reads_bulletins(identity: Identity) -> bool:
    """Everyone in a unit or in the centre."""
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.UNIT))


def _county() -> str:
    identity = current_identity()
    if identity.is_in_centre():
        return county_here(identity)
    return county_of(session(), identity) or own_county()


def desk_page(**_place: Any) -> str:
    return render_template(
        "bulletin/desk.html",
        bulletins=queries.list_bulletins(session(), _county()),
        months=latest_months(day_of(now()))[1:],
        may_write=writes(current_identity()),
    )


@blueprint.get("/desk/bulletins")
@allow(reads_desk)
def desk() -> str:
    return desk_page()


@blueprint.post("/desk/bulletins")
@allow(writes)
@shown_again_by(desk_page)
def draft() -> ResponseReturnValue:
    place = (_county(), read_period(request.form))
    moment = now()
    made = commands.draft_bulletin(session(), current_identity(), place, moment)
    is_new = made.edited_at == moment
    commit()
    flash(_("草稿已生成。") if is_new else _("这个月已经有一份,没有再生成。"))
    return redirect(url_for("bulletin.one", bulletin_id=made.id))


def bulletin_page(bulletin_id: int) -> str:
    bulletin = queries.get_bulletin(session(), bulletin_id, _county())
    me = current_identity()
    return render_template(
        "bulletin/one.html",
        bulletin=bulletin,
        facts=thaw(bulletin.facts),
        issues=queries.list_issues(session(), bulletin_id),
        steps=queries.list_steps(session(), bulletin_id),
        may_write=writes(me),
        may_sign=writes(me) and bulletin.edited_by != me.person_id,
    )


@blueprint.get("/desk/bulletins/<int:bulletin_id>")
@allow(reads_desk)
def one(bulletin_id: int) -> str:
    return bulletin_page(bulletin_id)


@blueprint.post("/desk/bulletins/<int:bulletin_id>")
@allow(writes)
@shown_again_by(bulletin_page)
def edit(bulletin_id: int) -> ResponseReturnValue:
    place = (_county(), bulletin_id)
    commands.edit_bulletin(session(), current_identity(), place, _wording(bulletin_id), now())
    return _back(bulletin_id, _("已保存。"))


def _wording(bulletin_id: int) -> commands.Wording:
    known = queries.get_bulletin(session(), bulletin_id, _county()).reasons
    return read_wording(request.form, known)


@blueprint.post("/desk/bulletins/<int:bulletin_id>/refresh")
@allow(writes)
@shown_again_by(bulletin_page)
def refresh(bulletin_id: int) -> ResponseReturnValue:
    """The form's words are saved first: they would be lost with the page."""
    me, place = current_identity(), (_county(), bulletin_id)
    if "turn" in request.form:
        commands.edit_bulletin(session(), me, place, _wording(bulletin_id), now())
    commands.refresh_bulletin(session(), me, place, now())
    return _back(bulletin_id, _("数据已按账本重新生成;您写的话已保存,没有改动。"))


@blueprint.post("/desk/bulletins/<int:bulletin_id>/sign")
@allow(writes)
@shown_again_by(bulletin_page)
def sign(bulletin_id: int) -> ResponseReturnValue:
    me, place = current_identity(), (_county(), bulletin_id)
    seen = _wording(bulletin_id) if "turn" in request.form else None
    commands.sign_bulletin(session(), me, place, now(), seen=seen)
    return _back(bulletin_id, _("已签发,内容和数据从现在起不再变动。"))


@blueprint.post("/desk/bulletins/<int:bulletin_id>/publish")
@allow(writes)
@shown_again_by(bulletin_page)
def publish(bulletin_id: int) -> ResponseReturnValue:
    place = (_county(), bulletin_id)
    commands.publish_bulletin(session(), current_identity(), place, now())
    return _back(bulletin_id, _("已发布,各预算单位可以看到。"))


@blueprint.post("/desk/bulletins/<int:bulletin_id>/reopen")
@allow(writes)
@shown_again_by(bulletin_page)
def reopen(bulletin_id: int) -> ResponseReturnValue:
    place = (_county(), bulletin_id)
    commands.reopen_bulletin(session(), current_identity(), place, read_why(request.form), now())
    return _back(bulletin_id, _("已退回修改;已签发的那一期保留,单位看到的不变。"))


def _back(bulletin_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("bulletin.one", bulletin_id=bulletin_id))


@blueprint.get("/bulletins")
@allow(reads_bulletins)
def published() -> str:
    found = queries.list_bulletins(session(), _county(), published=True)
    return render_template("bulletin/published.html", bulletins=found)


def issues_seen(bulletin_id: int) -> Sequence[IssueView]:
    """The issues this person may read."""
    identity = identity_at(session(), current_identity(), "bulletin", bulletin_id)
    return queries.read_issues(session(), identity, bulletin_id)


@blueprint.get("/bulletins/<int:bulletin_id>")
@allow(reads_bulletins)
def issue(bulletin_id: int) -> str:
    issues = issues_seen(bulletin_id)
    return render_template("bulletin/issue.html", issue=issues[0], earlier=issues[1:])


@blueprint.get("/bulletins/<int:bulletin_id>/table.<any(csv, xlsx):kind>")
@allow(reads_bulletins)
def table(bulletin_id: int, kind: str) -> ResponseReturnValue:
    """The table of the newest issue, to the fen."""
    seen = issues_seen(bulletin_id)[0]
    head = (
        _("名次"),
        _("单位"),
        _("职工人数"),
        _("全年任务"),
        _("已计入"),
        _("还差"),
        _("在途"),
        _("预计年底"),
        _("去年同期"),
        _("原因"),
    )
    rows: list[tuple[object, ...]] = [head]
    for place, unit in enumerate(seen.facts.ranking, 1):
        sums = (unit.target_fen, unit.counted_fen, unit.gap_fen, unit.waiting_fen)
        more = (*sums, unit.projected_fen, unit.counted_last_year_fen)
        reason = seen.reasons.get(str(unit.unit_id), "")
        rows.append((place, unit.name, unit.headcount, *map(plain_yuan, more), reason))
    name = f"bulletin-{seen.facts.period}-{seen.number}.{kind}"
    if kind == "xlsx":
        return download(write_xlsx(rows, seen.signed_at), XLSX, name)
    return download(write_csv(rows), CSV, name)
